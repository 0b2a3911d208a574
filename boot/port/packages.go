package port

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Package is a package that a program is built of, as go list has it.
type Package struct {
	ImportPath string
	Dir        string
	GoFiles    []string // those that the target and its tags choose
}

// Named returns the packages that patterns name, without those that they import. A package that
// cannot be read is left out: what compiles it says why.
func (c Toolchain) Named(patterns ...string) (list []Package, err error) {
	out, err := c.Command("go", append([]string{"list", "-e", "-tags", c.Tags, "-json=ImportPath,Dir,GoFiles", "--"}, patterns...)...).Output()
	if err != nil {
		return nil, reason(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p Package
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		if p.Dir != "" {
			list = append(list, p)
		}
	}
}

// Packages returns the packages that a program is built of, the program itself last, without the
// standard library.
func (c Toolchain) Packages(pkg string) (list []Package, err error) {
	out, err := c.Command("go", "list", "-tags", c.Tags, "-deps", "-json=ImportPath,Dir,GoFiles,Standard,Name,DepOnly", pkg).Output()
	if err != nil {
		return nil, reason(err)
	}
	name, asked := "", 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Package
			Name     string
			Standard bool
			DepOnly  bool
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		name = p.Name
		if !p.DepOnly {
			asked++
		}
		if !p.Standard {
			list = append(list, p.Package)
		}
	}
	if asked > 1 {
		return nil, fmt.Errorf("%s: several packages, want one", pkg)
	}
	if name != "main" {
		return nil, fmt.Errorf("%s is package %s: a program is a package main", pkg, name)
	}
	return list, nil
}
