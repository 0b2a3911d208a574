// Package card makes the content of a whole SD card or eMMC for a USB armory.
//
//	0x000    partition table (MBR), no boot code
//	0x400    image of the boot ROM (boot/image/imx)
//	8 MiB    FAT32 partition with files, if there are any
//
// The boot ROM takes the image from a fixed place in front of the first partition, which
// is where partition tables leave room for such things. A GPT would not: its second half
// kibibyte and what follows are where the image has to be.
package card

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/card/fat"
	"github.com/tamagotake/tamagotake/internal/input"
	"github.com/tamagotake/tamagotake/internal/output"
)

const (
	sector = 512

	// front is kept for the image: more than one needs, so that a partition stays
	// where it is when the next image is larger.
	front = 8 << 20
	align = 1 << 20

	// partitionSize is enough for a FAT32 with its least number of clusters, 65,525.
	partitionSize = 63 << 20

	filesMax = 32 << 20
)

// Create writes a card with the image and the files, which get a partition if there are
// any, to a new file. What was there is replaced when all has been written. The files are
// as old as SOURCE_DATE_EPOCH says, or new.
func Create(name string, img []byte, files []string) error {
	if err := output.Check(name); err != nil {
		return err
	}
	m, err := imx.Parse(img)
	if err != nil {
		return fmt.Errorf("not an image for the card: %w", err)
	}
	contents, err := readFiles(files)
	if err != nil {
		return err
	}
	return output.Write(name, 0o644, func(f *os.File) error { return write(f, m, contents) })
}

func write(f *os.File, m *imx.Image, files []fat.File) error {
	// The boot ROM reads as much as the image says, which is more than the image has:
	// there is room for signatures behind it.
	start := max(front, (int64(m.Length)+align-1)/align*align)
	size := start
	if len(files) > 0 {
		size += partitionSize
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	if _, err := f.WriteAt(partitionTable(start, size-start), 0); err != nil {
		return err
	}
	if _, err := f.WriteAt(m.File, imx.CardOffset); err != nil {
		return err
	}
	if len(files) == 0 {
		return nil
	}
	now, err := buildTime()
	if err != nil {
		return err
	}
	return (&fat.Volume{Start: start, Size: partitionSize, Label: "TAMAGOTAKE", Time: now, Files: files}).Write(f)
}

// partitionTable is the first sector of a card with one partition, or none if that has no
// size: no boot code, four entries, a signature.
func partitionTable(start, size int64) []byte {
	const (
		entry       = 446
		typeFAT32   = 0x0c // addressed by sectors
		beyondReach = "\xfe\xff\xff"
	)
	b := make([]byte, sector)
	if size > 0 {
		// Cylinder, head and sector have no room for such numbers, and say so.
		copy(b[entry+1:], beyondReach)
		b[entry+4] = typeFAT32
		copy(b[entry+5:], beyondReach)
		binary.LittleEndian.PutUint32(b[entry+8:], uint32(start/sector))
		binary.LittleEndian.PutUint32(b[entry+12:], uint32(size/sector))
	}
	b[510], b[511] = 0x55, 0xaa
	return b
}

// buildTime is SOURCE_DATE_EPOCH (reproducible-builds.org), seconds since 1970, or now.
func buildTime() (time.Time, error) {
	text, ok := os.LookupEnv("SOURCE_DATE_EPOCH")
	if !ok {
		return time.Now(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, not seconds since 1970", text)
	}
	return time.Unix(seconds, 0), nil
}

// readFiles reads the files for the partition.
func readFiles(names []string) (list []fat.File, err error) {
	total := int64(0)
	seen := map[string]bool{}
	for _, name := range names {
		base := filepath.Base(name)
		if err := fat.CheckName(base); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if seen[strings.ToLower(base)] {
			return nil, fmt.Errorf("two files are called %s; FAT does not tell capital from small letters", base)
		}
		seen[strings.ToLower(base)] = true
		b, err := input.ReadFile(name, filesMax-total)
		if errors.Is(err, input.ErrTooLong) {
			err = fmt.Errorf("more than %d MiB of files", filesMax>>20)
		}
		if err != nil {
			return nil, err
		}
		total += int64(len(b))
		list = append(list, fat.File{Name: base, Bytes: b})
	}
	return list, nil
}
