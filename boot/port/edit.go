package port

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// edit changes one place of one of Go's own files, in its copy.
type edit struct {
	file   string // below GOROOT/src
	anchor string // must stand in the file exactly once
	with   string
	why    string

	// releases that have the anchor, as prefixes of their names; all if empty. A place that
	// changed between two releases has an edit for each.
	releases []string
}

// appliesTo reports whether the edit is for the release.
func (e edit) appliesTo(release string) bool {
	for _, prefix := range e.releases {
		if release == prefix || strings.HasPrefix(release, prefix+".") {
			return true
		}
	}
	return len(e.releases) == 0
}

// apply makes the edit in text, which must have the anchor once: twice would mean that the
// place is no longer the one that was meant.
func (e edit) apply(release, text string) (string, error) {
	if n := strings.Count(text, e.anchor); n != 1 {
		line, _, _ := strings.Cut(strings.TrimSpace(e.anchor), "\n")
		return "", fmt.Errorf("%s: %s: anchor %q found %d times, want 1", release, e.file, line, n)
	}
	return strings.Replace(text, e.anchor, e.with, 1), nil
}

// misfit is a place of the port that does not fit a release, and the reason of the edit, if it is
// one.
type misfit struct {
	err error
	why string
}

// fit applies the edits to the source tree src of a release, and looks for the files that are to be
// dropped, replaced or added. It returns the edited files, and every place that does not fit.
func fit(release, src string) (files map[string][]byte, misfits []misfit) {
	files = map[string][]byte{}
	broken := func(why, format string, args ...any) {
		misfits = append(misfits, misfit{fmt.Errorf(format, args...), why})
	}
	for _, e := range edits {
		if !e.appliesTo(release) {
			continue
		}
		if _, ok := files[e.file]; !ok {
			data, err := os.ReadFile(filepath.Join(src, e.file))
			if err != nil {
				broken("", "%s: %w", release, err)
			}
			files[e.file] = data
		}
		edited, err := e.apply(release, string(files[e.file]))
		if err != nil {
			broken(e.why, "%w", err)
			continue
		}
		files[e.file] = []byte(edited)
	}
	for _, name := range dropped {
		if _, err := os.Stat(filepath.Join(src, name)); err != nil {
			broken("", "%s: no file to drop: %w", release, err)
		}
	}
	for name := range ownFiles() {
		_, err := os.Stat(filepath.Join(src, name))
		replaces := strings.HasPrefix(filepath.Base(name), "asm_linux_")
		if replaces && errors.Is(err, os.ErrNotExist) {
			broken("", "%s: no file to replace: %w", release, err)
		} else if !replaces && err == nil {
			broken("", "%s: %s exists, and the port adds a file of that name", release, name)
		}
	}
	return files, misfits
}

// Check returns every place of the port that does not fit the source tree src of a release: what
// the release breaks.
func Check(release, src string) (broken []error) {
	_, misfits := fit(release, src)
	for _, m := range misfits {
		if m.why != "" {
			m.err = fmt.Errorf("%w\n\tedit: %s", m.err, m.why)
		}
		broken = append(broken, m.err)
	}
	return broken
}
