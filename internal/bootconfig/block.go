// Package bootconfig is the configuration in an image: a block of fixed size, which the boot loader
// loads together with the program. No driver runs before the program has its arguments, so they
// must be in memory by then, and on a board there is no loader that has others.
//
//	tamagotake sdcard -config FILE --> block in the image --> boot ROM, GRUB, QEMU --> memory
//	                                                                                     |
//	            os.Args and environment <-- hal/board <-- Text: checks, command line <---+
//
// To read a file of the card's FAT partition instead was rejected: the driver of the card is a task
// that the program starts, long after main has its arguments; a reader of its own for the start
// would be a second driver, which waits for the card while nothing else runs, and no signature
// would cover the file.
//
// The block is, in little-endian order:
//
//	 0  16  Magic
//	16   8  address of the block in memory
//	24   4  bytes of text
//	28   4  CRC-32 of the text (IEEE 802.3)
//	32   -  text: a command line, see Split; then zeros, one at least
//
// The linker fills in the address. It is how a tool finds the block in an image that has no symbols
// (see Find): the text of Magic may be there several times, in this package's code or in an image
// that the program embeds, but only the block itself is where it says that it is.
package bootconfig

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sizes in bytes. The assembly files of hal/amd64 and hal/arm define a block of Size.
const (
	Magic   = "#TAMAGOTAKE-CFG1"
	Size    = textAt + 4096
	TextMax = Size - textAt - 1 // what other loaders can hand over, too

	addrAt = 16
	sizeAt = 24
	sumAt  = 28
	textAt = 32
)

// Text returns the text of the block at an address, or an error that says why it cannot be used. It
// may be called at thread level.
func Text(block []byte, addr uint64) (string, error) {
	le := binary.LittleEndian
	switch {
	case len(block) < Size || string(block[:len(Magic)]) != Magic:
		return "", errors.New("there is no configuration block")
	case le.Uint64(block[addrAt:]) != addr:
		return "", fmt.Errorf("the configuration block of address %#x is at %#x", le.Uint64(block[addrAt:]), addr)
	case le.Uint32(block[sizeAt:]) > TextMax:
		return "", fmt.Errorf("%d bytes: at most %d are possible", le.Uint32(block[sizeAt:]), TextMax)
	}
	text := block[textAt : textAt+le.Uint32(block[sizeAt:])]
	if sum := crc32(text); sum != le.Uint32(block[sumAt:]) {
		return "", fmt.Errorf("the checksum is %#08x, not %#08x", sum, le.Uint32(block[sumAt:]))
	}
	return string(text), CheckText(string(text))
}

// SetText replaces the text of a block. Magic and address stay as they are.
func SetText(block []byte, text string) error {
	if err := CheckText(text); err != nil {
		return err
	}
	clear(block[copy(block[textAt:Size], text)+textAt : Size])
	binary.LittleEndian.PutUint32(block[sizeAt:], uint32(len(text)))
	binary.LittleEndian.PutUint32(block[sumAt:], crc32([]byte(text)))
	return nil
}

// CheckText returns an error for a text that a block must not have: it is too long, or has
// characters that cannot be printed.
func CheckText(text string) error {
	if len(text) > TextMax {
		return fmt.Errorf("%d bytes: at most %d are possible", len(text), TextMax)
	}
	for i, c := range text {
		if !strconv.IsPrint(c) || c == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return fmt.Errorf("byte %d: %+q cannot be printed", i, text[i:i+width(text[i:])])
		}
	}
	return nil
}

func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// Find returns the offset of the block in memory that begins at an address.
func Find(memory []byte, base uint64) (at int, err error) {
	at = -1
	for next := 0; ; next++ {
		i := bytes.Index(memory[next:], []byte(Magic))
		if i < 0 {
			break
		}
		next += i
		if len(memory)-next < Size || binary.LittleEndian.Uint64(memory[next+addrAt:]) != base+uint64(next) {
			continue
		}
		if at >= 0 {
			return 0, errors.New("there are two configuration blocks")
		}
		at = next
	}
	if at < 0 {
		return 0, ErrNone
	}
	return at, nil
}

// ErrNone is the error for a program without a block.
var ErrNone = errors.New("the program has no place for a configuration: it imports no hal/board, or that of an older version")

// crc32 is hash/crc32's ChecksumIEEE, without its tables: every image has this.
func crc32(b []byte) uint32 {
	sum := ^uint32(0)
	for _, c := range b {
		sum ^= uint32(c)
		for range 8 {
			sum = sum>>1 ^ 0xedb88320&-(sum&1)
		}
	}
	return ^sum
}
