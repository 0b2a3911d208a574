package bootrom

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// Commands and structures of a command sequence file (HABv4 API Reference Manual, rev.
// 1.4: 4.3 Command Sequence File, 6 Constants).
const (
	tagCSF, tagCertificate, tagSignature = 0xd4, 0xd7, 0xd8
	cmdInstallKey, cmdAuthenticate       = 0xbe, 0xca
	protocolSRK, protocolX509            = 0x03, 0x09
	protocolCMS                          = 0xc5
	keyPublic, keyHashed                 = 0xe1, 0xee
	keyRSA                               = 0x21
	flagCSFKey                           = 2
	engineSoftware                       = 0xff
)

// Authenticate does what the ROM of a closed board does between loading an image and
// jumping to it: it walks the command sequence file, and says why it would not jump.
// srkHash is what the board's fuses hold.
//
//	install SRK   table of root keys, whose hash must be the fuses'
//	install CSFK  a certificate signed by a root key
//	authenticate  the commands themselves, by CSFK
//	install key   another certificate, likewise
//	authenticate  parts of the image, by that; vector table, boot data, DCD and entry
//	              must be in them
func (b *Boot) Authenticate(srkHash [32]byte) error {
	h := hab{boot: b, keys: map[byte]*rsa.PublicKey{}}
	at := b.CSF - b.Addr
	if b.CSF == 0 || at >= uint32(len(b.Bytes)) {
		return errors.New("no command sequence file")
	}
	h.csf = b.Bytes[at:]
	length, _, err := header(h.csf, tagCSF)
	if err != nil {
		return fmt.Errorf("command sequence file: %w", err)
	}
	h.length = length
	for c := h.csf[4:length]; len(c) > 0; {
		if len(c) < 12 || int(binary.BigEndian.Uint16(c[1:])) > len(c) || binary.BigEndian.Uint16(c[1:]) < 12 {
			return errors.New("a command does not fit")
		}
		n := binary.BigEndian.Uint16(c[1:])
		switch c[0] {
		case cmdInstallKey:
			err = h.installKey(c[:n], srkHash)
		case cmdAuthenticate:
			err = h.authenticate(c[:n])
		default:
			err = fmt.Errorf("command %#x: not modelled", c[0])
		}
		if err != nil {
			return err
		}
		c = c[n:]
	}
	if !h.trusted {
		return errors.New("the commands are not signed")
	}
	return h.covered()
}

type hab struct {
	boot    *Boot
	csf     []byte // and what follows it, up to the end of what was loaded
	length  int    // of the commands
	srk     *rsa.PublicKey
	keys    map[byte]*rsa.PublicKey // by the place that they are installed in
	trusted bool                    // the commands have been authenticated
	blocks  []span                  // memory that has been
}

// header reads tag, length and version, which all structures begin with.
func header(s []byte, tag byte) (length int, version byte, err error) {
	if len(s) < 4 || s[0] != tag || s[3] < 0x40 || s[3] > 0x43 {
		return 0, 0, fmt.Errorf("% x instead of a header with tag %#x", s[:min(4, len(s))], tag)
	}
	length = int(binary.BigEndian.Uint16(s[1:]))
	if length < 4 || length > len(s) {
		return 0, 0, fmt.Errorf("structure %#x of %d bytes does not fit", tag, length)
	}
	return length, s[3], nil
}

// structure returns the content of what a command points at, by an offset into the file.
func (h *hab) structure(at uint32, tag byte) ([]byte, error) {
	if uint64(at) > uint64(len(h.csf)) {
		return nil, fmt.Errorf("structure at %#x: outside of what was loaded", at)
	}
	n, _, err := header(h.csf[at:], tag)
	if err != nil {
		return nil, err
	}
	return h.csf[at : int(at)+n], nil
}

func (h *hab) installKey(c []byte, srkHash [32]byte) error {
	flags, protocol, source, target := c[3], c[4], c[6], c[7]
	data, err := h.structure(binary.BigEndian.Uint32(c[8:]), tagCertificate)
	if err != nil {
		return fmt.Errorf("install key: %w", err)
	}
	switch protocol {
	case protocolSRK:
		if h.srk, err = rootKey(data, int(source), srkHash); err != nil {
			return fmt.Errorf("install SRK: %w", err)
		}
		h.keys[target] = h.srk
		return nil
	case protocolX509:
	default:
		return fmt.Errorf("install key: protocol %#x", protocol)
	}
	if flags&flagCSFKey == 0 && !h.trusted {
		return errors.New("install key: before the commands have been authenticated")
	}
	if h.srk == nil || h.keys[source] == nil {
		return errors.New("install key: by a key that is not there")
	}
	cert, err := x509.ParseCertificate(bytes.TrimRight(data[4:], "\x00"))
	if err != nil {
		// A certificate may end in zeros, too; it says itself how long it is.
		if cert, err = x509.ParseCertificate(der(data[4:])); err != nil {
			return fmt.Errorf("install key: %w", err)
		}
	}
	digest := sha256.Sum256(cert.RawTBSCertificate)
	if err := rsa.VerifyPKCS1v15(h.keys[source], crypto.SHA256, digest[:], cert.Signature); err != nil {
		return fmt.Errorf("install key: certificate %s is not signed by the key before it: %w", cert.Subject.CommonName, err)
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("install key: not RSA")
	}
	h.keys[target] = public
	return nil
}

// der returns the bytes of one DER value with a length of two bytes, without what follows.
func der(b []byte) []byte {
	if len(b) < 4 || b[1] != 0x82 || len(b) < 4+int(binary.BigEndian.Uint16(b[2:])) {
		return nil
	}
	return b[:4+int(binary.BigEndian.Uint16(b[2:]))]
}

// rootKey takes one key out of the table of root keys, if the table is the fuses'.
func rootKey(table []byte, index int, want [32]byte) (*rsa.PublicKey, error) {
	be := binary.BigEndian
	var keys []*rsa.PublicKey
	all := sha256.New()
	for t := table[4:]; len(t) > 0; {
		if len(t) < 12 || t[0] != keyPublic && t[0] != keyHashed {
			return nil, errors.New("no table of root keys")
		}
		n := int(be.Uint16(t[1:]))
		modulus, exponent := int(be.Uint16(t[8:])), int(be.Uint16(t[10:]))
		if t[0] != keyPublic || t[3] != keyRSA || n != 12+modulus+exponent || n > len(t) || exponent > 4 {
			return nil, errors.New("root key: not an RSA key in full")
		}
		e := new(big.Int).SetBytes(t[12+modulus : n])
		keys = append(keys, &rsa.PublicKey{N: new(big.Int).SetBytes(t[12 : 12+modulus]), E: int(e.Int64())})
		digest := sha256.Sum256(t[:n])
		all.Write(digest[:])
		t = t[n:]
	}
	if got := all.Sum(nil); !bytes.Equal(got, want[:]) {
		return nil, fmt.Errorf("table of root keys with hash %x, fuses have %x", got, want)
	}
	if index >= len(keys) {
		return nil, fmt.Errorf("root key %d of %d", index, len(keys))
	}
	return keys[index], nil
}

func (h *hab) authenticate(c []byte) error {
	be := binary.BigEndian
	key, protocol, engine := h.keys[c[4]], c[5], c[6]
	if protocol != protocolCMS || engine != engineSoftware {
		return fmt.Errorf("authenticate: protocol %#x, engine %#x: not modelled", protocol, engine)
	}
	if key == nil {
		return fmt.Errorf("authenticate: no key %d", c[4])
	}
	signature, err := h.structure(be.Uint32(c[8:]), tagSignature)
	if err != nil {
		return fmt.Errorf("authenticate: %w", err)
	}
	if len(c) == 12 { // no block: the commands
		if err := verifyCMS(signature[4:], h.csf[:h.length], key); err != nil {
			return fmt.Errorf("authenticate commands: %w", err)
		}
		h.trusted = true
		return nil
	}
	if !h.trusted {
		return errors.New("authenticate image: before the commands have been authenticated")
	}
	var content []byte
	for blocks := c[12:]; len(blocks) >= 8; blocks = blocks[8:] {
		start, n := be.Uint32(blocks), be.Uint32(blocks[4:])
		memory := region{h.boot.Addr, h.boot.Bytes}
		if start-h.boot.onChip.addr < uint32(len(h.boot.onChip.bytes)) {
			memory = h.boot.onChip
		}
		off := start - memory.addr
		if n == 0 || uint64(off)+uint64(n) > uint64(len(memory.bytes)) {
			return fmt.Errorf("authenticate image: block of %d bytes at %#x was not loaded", n, start)
		}
		content = append(content, memory.bytes[off:off+n]...)
		h.blocks = append(h.blocks, span{start, start + n - 1})
	}
	if err := verifyCMS(signature[4:], content, key); err != nil {
		return fmt.Errorf("authenticate image: %w", err)
	}
	return nil
}

// covered: what the ROM goes by must have been signed, each structure in one block, or
// signing the rest would be of no use (HABv4 API, authenticate_image).
func (h *hab) covered() error {
	ivt := h.boot.Addr + ivtOffset
	if len(h.boot.Bytes) < ivtOffset+ivtLength {
		return errors.New("no image vector table")
	}
	le := binary.LittleEndian
	v := h.boot.Bytes[ivtOffset:]
	needed := map[string]span{
		"image vector table": {ivt, ivt + ivtLength - 1},
		"boot data":          {le.Uint32(v[16:]), le.Uint32(v[16:]) + 11},
		"entry":              {h.boot.Entry, h.boot.Entry + 3},
	}
	if d := h.boot.onChip; len(d.bytes) > 0 {
		needed["DCD"] = span{d.addr, d.addr + uint32(len(d.bytes)) - 1}
	}
	if dcd := le.Uint32(v[12:]); dcd != 0 {
		n := binary.BigEndian.Uint16(h.boot.Bytes[dcd-h.boot.Addr+1:])
		needed["DCD"] = span{dcd, dcd + uint32(n) - 1}
	}
	for what, s := range needed {
		inside := false
		for _, b := range h.blocks {
			inside = inside || b.has(s.first) && b.has(s.last)
		}
		if !inside {
			return fmt.Errorf("%s, %#x-%#x, is not signed", what, s.first, s.last)
		}
	}
	return nil
}
