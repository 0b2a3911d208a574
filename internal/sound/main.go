// Command sound merges what the parts of `make sound` have measured into one file, and
// fails if a part is missing or found something wrong.
//
//	sound DIR      DIR/abort.json ... --> the merged figures on standard output
//
// Each part is a test that writes its own file when the environment has SOUND=DIR, so that
// a part can be run, and read, alone.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// figures is the merged file. A part fills in the fields that it measures.
type figures struct {
	Aborts   int              `json:"aborts"`   // polls that were ended, at random or in a sweep
	Lost     int              `json:"lost"`     // tasks, waits and permits that a census missed
	Swept    int              `json:"swept"`    // instructions at which a poll was ended in turn
	Mutants  int              `json:"mutants"`  // faults put into the concurrent code
	Killed   int              `json:"killed"`   // of these, found by the model that is named for it
	Verdicts int              `json:"verdicts"` // tasks given to the image verifier
	Right    int              `json:"right"`    // of these, judged as they must be
	Pages    map[string]pages `json:"pages"`    // by architecture
}

// pages is the page census of one architecture.
type pages struct {
	Checked int `json:"checked"`
	Wrong   int `json:"wrong"`
}

// parts are the files that make sound writes; each test names its own.
var parts = []string{"abort", "models", "verify", "memory"}

// merge reads every part. Fields that no part may leave out are checked by [figures.faults].
func merge(dir string) (f figures, err error) {
	for _, part := range parts {
		text, err := os.ReadFile(filepath.Join(dir, part+".json"))
		if err != nil {
			return f, fmt.Errorf("part %s was not run, or has failed: %w", part, err)
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			return f, fmt.Errorf("part %s: %w", part, err)
		}
	}
	return f, nil
}

// faults lists what is wrong with the figures, nothing if all is right.
func (f *figures) faults() (list []string) {
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(f.Aborts == 0 || f.Swept == 0, "%d aborts, %d instructions swept: neither may be 0", f.Aborts, f.Swept)
	add(f.Lost != 0, "%d of %d aborts lost something", f.Lost, f.Aborts)
	add(f.Mutants == 0 || f.Killed != f.Mutants, "%d of %d mutants killed", f.Killed, f.Mutants)
	add(f.Verdicts == 0 || f.Right != f.Verdicts, "%d of %d verdicts right", f.Right, f.Verdicts)
	for _, arch := range []string{"amd64", "arm"} {
		p := f.Pages[arch]
		add(p.Checked == 0 || p.Wrong != 0, "%s: %d of %d pages wrong", arch, p.Wrong, p.Checked)
	}
	return list
}

func run(dir string, out io.Writer) error {
	f, err := merge(dir)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n", text)
	if faults := f.faults(); faults != nil {
		return fmt.Errorf("%d faults: %v", len(faults), faults)
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sound DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sound:", err)
		os.Exit(1)
	}
}
