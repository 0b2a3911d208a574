// Package fat writes a FAT32 file system with files in its root directory: for a new card,
// all at once, never changed.
//
//	sector 0        boot sector, and FSInfo behind it; a copy of both from 6 on
//	32              the table of clusters, twice
//	                clusters of one sector: the root directory, then the files, each in
//	                one piece, in the order given
//
// After Microsoft's "FAT: General Overview of On-Disk Format", 1.03, December 6, 2000. What it
// writes depends on nothing but its arguments.
//
// The module go-diskfs wrote these before. It gives an empty file a cluster, for which
// fsck.fat finds the file system damaged, takes names that FAT changes, and counts the table
// two entries short.
package fat

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

const (
	sector       = 512
	reserved     = 32
	tables       = 2
	tableEntry   = 4
	infoSector   = 1
	backupSector = 6

	firstCluster = 2
	clustersMin  = 65525 // with fewer it would be taken for FAT16
	endOfChain   = 0x0fffffff
	mediaFixed   = 0xf8

	attrArchive = 0x20
	attrLabel   = 0x08

	directoryMax = 65536 * entryBytes
)

// File is a file in the root directory.
type File struct {
	Name  string
	Bytes []byte
}

// Volume is a file system to be.
type Volume struct {
	Start int64     // bytes before it on the disk, which its boot sector says; in whole sectors
	Size  int64     // bytes, in whole sectors
	Label string    // at most 11 capital letters
	Time  time.Time // of every file, and what tells one volume from another
	Files []File
}

// Room returns how many bytes of files and directory fit into the volume, in whole sectors.
func (v *Volume) Room() int64 {
	clusters, _ := v.layout()
	return clusters * sector
}

// layout returns the clusters, and the sectors of a table.
func (v *Volume) layout() (clusters, table int64) {
	sectors := v.Size/sector - reserved
	// A table has an entry for each cluster and two more; a sector of both tables serves
	// sector/tableEntry clusters.
	const entries = sector / tableEntry
	table = (sectors + firstCluster + entries + tables - 1) / (entries + tables)
	return sectors - tables*table, table
}

// Write writes the volume at its start. Where the disk is not written it must be zero.
func (v *Volume) Write(disk io.WriterAt) error {
	clusters, tableSectors := v.layout()
	if v.Size%sector != 0 || v.Start%sector != 0 || clusters < clustersMin {
		return fmt.Errorf("no FAT32 of %d bytes at %d: it has at least %d clusters in whole sectors", v.Size, v.Start, clustersMin)
	}
	shorts, err := v.names()
	if err != nil {
		return err
	}

	// The directory comes first, and its length decides where the files are.
	length := entryBytes // the label's
	for i, f := range v.Files {
		length += len(longEntries(f.Name, shorts[i])) + entryBytes
	}
	if length > directoryMax {
		return fmt.Errorf("%d files are too many for one directory", len(v.Files))
	}
	table := []uint32{0x0fffff00 | mediaFixed, endOfChain}
	take := func(bytes int) (first uint32) {
		n := (bytes + sector - 1) / sector
		if n == 0 {
			return 0 // an empty file has no cluster
		}
		first = uint32(len(table))
		for i := range n - 1 {
			table = append(table, first+uint32(i)+1)
		}
		table = append(table, endOfChain)
		return first
	}
	data := v.Start + (reserved+tables*tableSectors)*sector
	place := func(cluster uint32) int64 { return data + int64(cluster-firstCluster)*sector }

	root := take(length)
	directory := v.entry(shortLabel(v.Label), attrLabel, 0, 0)
	for i, f := range v.Files {
		first := take(len(f.Bytes))
		if int64(len(table)) > clusters+firstCluster {
			return fmt.Errorf("the files do not fit into %d bytes", clusters*sector)
		}
		directory = append(directory, longEntries(f.Name, shorts[i])...)
		directory = append(directory, v.entry(shorts[i], attrArchive, first, len(f.Bytes))...)
		if first != 0 {
			if _, err := disk.WriteAt(f.Bytes, place(first)); err != nil {
				return err
			}
		}
	}
	if _, err := disk.WriteAt(directory, place(root)); err != nil {
		return err
	}

	chains := make([]byte, 0, len(table)*tableEntry)
	for _, e := range table {
		chains = binary.LittleEndian.AppendUint32(chains, e)
	}
	for n := range int64(tables) {
		if _, err := disk.WriteAt(chains, v.Start+(reserved+n*tableSectors)*sector); err != nil {
			return err
		}
	}
	used := int64(len(table)) - firstCluster
	head := append(v.bootSector(tableSectors, root), infoOf(clusters-used, uint32(len(table)-1))...)
	for _, at := range []int64{0, backupSector} {
		if _, err := disk.WriteAt(head, v.Start+at*sector); err != nil {
			return err
		}
	}
	return nil
}

// names checks the names and returns a short one for each.
func (v *Volume) names() (shorts [][11]byte, err error) {
	taken := map[string]bool{}
	for _, f := range v.Files {
		if err := CheckName(f.Name); err != nil {
			return nil, err
		}
		if taken[fold(f.Name)] {
			return nil, fmt.Errorf("two files are called %s; FAT does not tell capital from small letters", f.Name)
		}
		taken[fold(f.Name)] = true
	}
	for _, f := range v.Files {
		shorts = append(shorts, shorten(f.Name, taken))
	}
	return shorts, nil
}

// bootSector is the first sector (specification, "Boot Sector and BPB").
func (v *Volume) bootSector(tableSectors int64, root uint32) []byte {
	b := make([]byte, sector)
	le := binary.LittleEndian
	copy(b, "\xeb\x58\x90MSWIN4.1")
	le.PutUint16(b[11:], sector)
	b[13] = 1 // sectors in a cluster
	le.PutUint16(b[14:], reserved)
	b[16] = tables
	b[21] = mediaFixed
	le.PutUint16(b[24:], 63)  // sectors in a track, and
	le.PutUint16(b[26:], 255) // heads, which nothing that reads cards asks for
	le.PutUint32(b[28:], uint32(v.Start/sector))
	le.PutUint32(b[32:], uint32(v.Size/sector))
	le.PutUint32(b[36:], uint32(tableSectors))
	le.PutUint32(b[44:], root)
	le.PutUint16(b[48:], infoSector)
	le.PutUint16(b[50:], backupSector)
	b[64] = 0x80 // drive
	b[66] = 0x29 // the next three are there
	le.PutUint32(b[67:], uint32(v.Time.Unix()))
	label := shortLabel(v.Label)
	copy(b[71:], label[:])
	copy(b[82:], "FAT32   ")
	b[510], b[511] = 0x55, 0xaa
	return b
}

// infoOf is the sector FSInfo.
func infoOf(free int64, last uint32) []byte {
	b := make([]byte, sector)
	le := binary.LittleEndian
	copy(b, "RRaA")
	copy(b[484:], "rrAa")
	le.PutUint32(b[488:], uint32(free))
	le.PutUint32(b[492:], last)
	b[510], b[511] = 0x55, 0xaa
	return b
}

// entry is a directory entry (specification, "FAT Directory Structure").
func (v *Volume) entry(short [11]byte, attributes byte, first uint32, size int) []byte {
	b := make([]byte, entryBytes)
	le := binary.LittleEndian
	copy(b, short[:])
	b[11] = attributes
	date, clock := dateOf(v.Time)
	le.PutUint16(b[14:], clock) // made
	le.PutUint16(b[16:], date)
	le.PutUint16(b[18:], date)  // read
	le.PutUint16(b[22:], clock) // written
	le.PutUint16(b[24:], date)
	le.PutUint16(b[20:], uint16(first>>16))
	le.PutUint16(b[26:], uint16(first))
	le.PutUint32(b[28:], uint32(size))
	return b
}

// dateOf is a time in days and in steps of two seconds: 1980 to 2107, and the nearest of them
// for others.
func dateOf(t time.Time) (date, clock uint16) {
	t = t.UTC()
	switch y := t.Year(); {
	case y < 1980:
		t = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	case y > 2107:
		t = time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)
	}
	return uint16(t.Year()-1980)<<9 | uint16(t.Month())<<5 | uint16(t.Day()), uint16(t.Hour())<<11 | uint16(t.Minute())<<5 | uint16(t.Second())/2
}

// shortLabel is a label as a directory entry has it.
func shortLabel(label string) (short [11]byte) {
	copy(short[:], fmt.Sprintf("%-11s", label))
	return short
}
