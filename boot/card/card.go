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
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tamagotake/boot/image/imx"
	"tamagotake/boot/output"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/fat32"
	"github.com/diskfs/go-diskfs/partition/mbr"
)

const (
	sector = 512

	// front is kept for the image: more than one needs, so that a partition stays
	// where it is when the next image is larger.
	front = 8 << 20
	align = 1 << 20

	// partitionSize is enough for a FAT32 with its least number of clusters, 65,525.
	// Not 64 MiB: go-diskfs leaves the two reserved entries out when it counts how
	// large the FAT must be, and where that comes out even the FAT is too small.
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

func write(f *os.File, m *imx.Image, contents []content) error {
	// The boot ROM reads as much as the image says, which is more than the image has:
	// there is room for signatures behind it.
	start := max(front, (int64(m.Length)+align-1)/align*align)
	size := start
	table := &mbr.Table{LogicalSectorSize: sector, PhysicalSectorSize: sector}
	if len(contents) > 0 {
		size += partitionSize
		table.Partitions = []*mbr.Partition{{Type: mbr.Fat32LBA, Start: uint32(start / sector), Size: partitionSize / sector}}
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	if err := table.Write(f, size); err != nil {
		return err
	}
	if _, err := f.WriteAt(m.File, imx.CardOffset); err != nil {
		return err
	}
	if len(contents) == 0 {
		return nil
	}
	fs, err := fat32.Create(file.New(f, false), partitionSize, start, sector, "TAMAGOTAKE", true)
	if err != nil {
		return fmt.Errorf("file system: %w", err)
	}
	for _, c := range contents {
		out, err := fs.OpenFile("/"+c.name, os.O_CREATE|os.O_RDWR)
		if err != nil {
			return fmt.Errorf("file system: %s: %w", c.name, err)
		}
		_, err = out.Write(c.bytes)
		if err := errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("file system: %s: %w", c.name, err)
		}
	}
	return nil
}

type content struct {
	name  string
	bytes []byte
}

func readFiles(names []string) ([]content, error) {
	var list []content
	total := 0
	seen := map[string]bool{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		base := filepath.Base(name)
		if seen[strings.ToLower(base)] {
			return nil, fmt.Errorf("two files are called %s; FAT does not tell capital from small letters", base)
		}
		seen[strings.ToLower(base)] = true
		if total += len(b); total > filesMax {
			return nil, fmt.Errorf("more than %d MiB of files", filesMax>>20)
		}
		list = append(list, content{base, b})
	}
	return list, nil
}
