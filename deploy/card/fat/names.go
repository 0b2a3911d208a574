package fat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrName is the error for a name that FAT cannot hold.
var ErrName = errors.New("FAT has no such name")

const longMax = 255 // UTF-16 units of a long name

// CheckName returns an error that matches [ErrName] if a file of that name would get another
// one on the file system, or none: long names lose spaces at both ends and dots at the end
// (FAT specification 1.03, long directory entries), and some characters are not for names.
func CheckName(name string) error {
	refuse := func(why string) error { return fmt.Errorf("%w: %q %s", ErrName, name, why) }
	switch {
	case name == "":
		return refuse("is empty")
	case !utf8.ValidString(name):
		return refuse("is not UTF-8")
	case strings.HasPrefix(name, " "):
		return refuse("begins with a space")
	case strings.HasSuffix(name, " "):
		return refuse("ends with a space")
	case strings.HasSuffix(name, "."):
		return refuse("ends with a dot")
	case len(utf16.Encode([]rune(name))) > longMax:
		return refuse(fmt.Sprintf("has more than %d characters", longMax))
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"*/:<>?\|`, r) {
			return refuse(fmt.Sprintf("has %q in it", r))
		}
	}
	return nil
}

// fold returns what two names have in common that FAT takes to be the same: it does not tell
// capital from small letters.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, name)
}

// shortRunes are the characters of a short name besides capital letters and digits.
const shortRunes = "$%'-_@~`!(){}^#&"

// shorten makes the name of eight and three characters that every file has: the name itself
// in capital letters where that is one, or else the beginning of it with a number. It is none
// that is taken already, and taken then.
func shorten(name string, taken map[string]bool) (short [11]byte) {
	base, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		base, ext = name[:i], name[i+1:]
	}
	lost := false
	reduce := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch upper := unicode.ToUpper(r); {
			case r == ' ' || r == '.':
				lost = true
				return -1
			case upper >= 'A' && upper <= 'Z' && r < utf8.RuneSelf, upper >= '0' && upper <= '9', strings.ContainsRune(shortRunes, upper):
				return upper
			}
			lost = true
			return '_'
		}, s)
	}
	base, ext = reduce(base), reduce(ext)
	if len(ext) > 3 {
		ext, lost = ext[:3], true
	}
	join := func(base string) string {
		if ext == "" {
			return base
		}
		return base + "." + ext
	}
	// Another file may have for its name what would be this one's short name.
	own := fold(name)
	whole := join(base)
	if lost || base == "" || len(base) > 8 || taken[fold(whole)] && fold(whole) != own {
		for n := 1; ; n++ {
			tail := fmt.Sprintf("~%d", n)
			whole = join(base[:min(len(base), 8-len(tail))] + tail)
			if !taken[fold(whole)] {
				break
			}
		}
	}
	taken[fold(whole)] = true
	base, ext, _ = strings.Cut(whole, ".")
	copy(short[:], fmt.Sprintf("%-8s%-3s", base, ext))
	return short
}

// checksum is what ties a long name to its short one (FAT specification 1.03, ChkSum).
func checksum(short [11]byte) (sum byte) {
	for _, c := range short {
		sum = sum>>1 | sum<<7
		sum += c
	}
	return sum
}

const (
	entryBytes   = 32
	unitsInEntry = 13
	attrLongName = 0x0f
	lastEntry    = 0x40
)

// longEntries returns the directory entries that hold the long name, the last part first.
func longEntries(name string, short [11]byte) (entries []byte) {
	units := utf16.Encode([]rune(name))
	if len(units)%unitsInEntry != 0 {
		units = append(units, 0)
		for len(units)%unitsInEntry != 0 {
			units = append(units, 0xffff)
		}
	}
	for n := len(units) / unitsInEntry; n > 0; n-- {
		var e [entryBytes]byte
		e[0] = byte(n)
		if n == len(units)/unitsInEntry {
			e[0] |= lastEntry
		}
		e[11], e[13] = attrLongName, checksum(short)
		for i, u := range units[(n-1)*unitsInEntry : n*unitsInEntry] {
			at := 1 + 2*i
			switch {
			case i >= 11:
				at = 28 + 2*(i-11)
			case i >= 5:
				at = 14 + 2*(i-5)
			}
			binary.LittleEndian.PutUint16(e[at:], u)
		}
		entries = append(entries, e[:]...)
	}
	return entries
}
