// Package port builds bare-metal programs with an unmodified Go release.
//
// A Go tree of its own (a GOROOT) holds a small port of the runtime. The go command, gopls and
// debuggers work with it as with any other:
//
//	GOROOT of the release                 tree, in the user's cache
//	  src/runtime/proc.go    --edit-->      src/runtime/proc.go    (edits.go: anchor, text, reason)
//	  src/runtime/mem_linux.go --drop-->    -                      (layout.go)
//	  src/...                --copy-->      src/...
//	  bin, pkg               --copy-->      bin, pkg
//	_own                     --copy-->      src/runtime/zport*.go ...
//
// One tree serves both architectures. It is made when it is first needed, takes a second and
// 150 MB, and its name contains a hash of what is in it: a change of the port or of the release
// makes another. Nothing of Go's own source is kept in this repository, and the installed Go is
// only read: what the go command writes below its GOROOT goes to the tree.
//
// Rejected: the go command's -overlay flag. It refuses to replace files in the module cache,
// which is where GOTOOLCHAIN puts a release that is not installed, and go vet, gopls and
// debuggers do not know it. Rejected: a tree of symbolic links. A link to a directory leads
// writes into the installed Go, and //go:embed refuses links to files.
//
// The TamaGo distribution builds the same programs with its own compiler and needs none of this;
// see [Distribution].
package port
