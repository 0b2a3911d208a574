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

// applyEdits returns the files of the source tree src that edits change, with the change.
func applyEdits(release, src string) (files map[string][]byte, err error) {
	files = map[string][]byte{}
	for _, e := range edits {
		if !e.appliesTo(release) {
			continue
		}
		text, ok := files[e.file]
		if !ok {
			if text, err = os.ReadFile(filepath.Join(src, e.file)); err != nil {
				return nil, fmt.Errorf("%s: %w", release, err)
			}
		}
		edited, err := e.apply(release, string(text))
		if err != nil {
			return nil, err
		}
		files[e.file] = []byte(edited)
	}
	return files, nil
}

// Check returns what of the port does not fit the source tree of a release, all of it: anchors
// that are not there once, and files that are not there to drop or to replace. It is what a new
// release breaks.
func Check(release, src string) (broken []error) {
	texts := map[string]string{}
	for _, e := range edits {
		if !e.appliesTo(release) {
			continue
		}
		if _, ok := texts[e.file]; !ok {
			data, err := os.ReadFile(filepath.Join(src, e.file))
			if err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", release, err))
			}
			texts[e.file] = string(data)
		}
		edited, err := e.apply(release, texts[e.file])
		if err != nil {
			broken = append(broken, fmt.Errorf("%w\n\tedit: %s", err, e.why))
			continue
		}
		texts[e.file] = edited
	}
	for _, name := range dropped {
		if _, err := os.Stat(filepath.Join(src, name)); err != nil {
			broken = append(broken, fmt.Errorf("%s: no file to drop: %w", release, err))
		}
	}
	for name := range ownFiles() {
		_, err := os.Stat(filepath.Join(src, name))
		if base := filepath.Base(name); strings.HasPrefix(base, "asm_linux_") && errors.Is(err, os.ErrNotExist) {
			broken = append(broken, fmt.Errorf("%s: no file to replace: %w", release, err))
		} else if !strings.HasPrefix(base, "asm_linux_") && err == nil {
			broken = append(broken, fmt.Errorf("%s: %s exists, and the port adds a file of that name", release, name))
		}
	}
	return broken
}
