// Package output writes the files that the tools of this project make. All of them go
// through it, so that none can damage what it was not meant for:
//
//	name --Check--> a regular file, or nothing?  --no--> one line that says what it is
//	                        | yes
//	        temporary file beside it, written whole --rename--> name
//
// A reader, QEMU for instance, sees the old file or the new one and never a part, and a tool
// that fails leaves the old file.
//
// A rename replaces a device node, a FIFO or a symbolic link by a regular file. With
// IMG=/dev/sdX that removed the node of a disk and wrote no card. To open the node and write
// to it instead was rejected: that overwrites a disk, for which tamagotake flash asks first.
package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrSpecial is the error for a name at which there is something else than a regular file.
var ErrSpecial = errors.New("not a regular file")

// Check returns an error if a file of that name must not be written: there is a device, a
// FIFO, a socket, a symbolic link or a directory, or no directory to put it in. The error
// matches [ErrSpecial] or [fs.ErrNotExist], and says in one line what to do.
func Check(name string) error {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		dir := filepath.Dir(name)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return nil
		}
		return fmt.Errorf("%s: there is no directory %s: %w", name, dir, fs.ErrNotExist)
	}
	if err != nil {
		return err
	}
	mode := info.Mode()
	if mode.IsRegular() {
		return nil
	}
	refuse := func(what, advice string) error {
		return fmt.Errorf("%s is %s, %w: %s", name, what, ErrSpecial, advice)
	}
	switch {
	case mode.IsDir():
		return refuse("a directory", "name a file in it")
	case mode&fs.ModeSymlink != 0:
		to, err := os.Readlink(name)
		if err != nil {
			return err
		}
		return refuse("a symbolic link to "+to, "name that file itself")
	case mode&fs.ModeCharDevice != 0:
		return refuse("a character device", "name a file")
	case mode&fs.ModeDevice != 0:
		return refuse("a block device", "write to a file, then tamagotake flash -dev "+name+" writes a card image to a device")
	case mode&fs.ModeNamedPipe != 0:
		return refuse("a FIFO", "name a file")
	case mode&fs.ModeSocket != 0:
		return refuse("a socket", "name a file")
	}
	return refuse(fmt.Sprintf("of type %v", mode.Type()), "name a file")
}

// CheckAll is [Check] for several names, those that are empty left out: for a tool to call
// before it does any work.
func CheckAll(names ...string) error {
	for _, name := range names {
		if name == "" {
			continue
		}
		if err := Check(name); err != nil {
			return err
		}
	}
	return nil
}

// WriteFile makes the file of that name, or replaces a regular one, in one step.
func WriteFile(name string, content []byte, mode fs.FileMode) error {
	return Write(name, mode, func(f *os.File) error {
		_, err := f.Write(content)
		return err
	})
}

// Write makes the file of that name, or replaces a regular one, in one step, with what the
// function writes. If that returns an error, the old file stays.
func Write(name string, mode fs.FileMode, write func(*os.File) error) error {
	if err := Check(name); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".output-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(tmp), tmp.Chmod(mode), tmp.Close())
	if err == nil {
		// Again, since the writing may have taken long. Between this and the rename there
		// is a moment left: rename has no flag for regular files only.
		err = Check(name)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
