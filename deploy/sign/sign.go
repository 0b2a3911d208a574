package sign

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tamagotake/tamagotake/boot/image/bootrom"
	"github.com/tamagotake/tamagotake/boot/image/imx"
	"github.com/tamagotake/tamagotake/deploy/sdp"

	"github.com/usbarmory/crucible/hab"
)

// Way is how an image gets to the board: what is signed is memory as the ROM finds it
// when it checks, and over USB that is another.
type Way int

const (
	Card Way = iota // SD card, eMMC
	USB             // serial download: the DCD comes first, and alone
)

// dcdAddr is where the DCD is while the ROM checks it, in a download over USB.
const dcdAddr = hab.DCD_OFFSET

// Image returns the image with its command sequence file (CSF): certificates, and the
// signatures of image and CSF.
//
// It is then taken as a closed board would take it, and refused here if it would be refused
// there. The library places one signature by the length of another, which holds for keys of
// one size and is not for it alone to check.
func Image(file []byte, k *Keys, way Way) ([]byte, error) {
	m, err := imx.Parse(file)
	if err != nil {
		return nil, err
	}
	if m.CSF == 0 {
		return nil, errors.New("no place for signatures: the configuration has no line CSF")
	}
	if uint32(len(file)) != m.CSF-m.Self {
		return nil, errors.New("signed already: leave out -sign")
	}
	csf, err := hab.Sign(file, hab.SignOptions{
		CSFSigner: k.csf.key, CSFCert: k.csf.cert,
		IMGSigner: k.img.key, IMGCert: k.img.cert,
		Table: k.table.Bytes(), Index: 1,
		// In software: with the caches that the ROM turns on, the engines read what
		// is not in memory yet (NXP erratum ERR010449).
		Engine: hab.HAB_ENG_SW,
		SDP:    way == USB, DCD: dcdAddr,
	})
	if err != nil {
		return nil, err
	}
	signed := append(bytes.Clone(file), csf...)
	b, err := boot(signed, way)
	if err == nil {
		err = b.Authenticate(k.SRKHash())
	}
	if err != nil {
		return nil, fmt.Errorf("what was signed would be refused: %w", err)
	}
	return signed, nil
}

// boot has the model of a boot ROM take the image.
func boot(file []byte, way Way) (*bootrom.Boot, error) {
	if way == Card {
		return bootrom.FromCard(bytes.NewReader(append(make([]byte, imx.CardOffset), file...)))
	}
	m, err := imx.Parse(file)
	if err != nil {
		return nil, err
	}
	rom := &bootrom.USB{Closed: true}
	if _, err := sdp.Load(rom, m, nil); err != nil {
		return nil, err
	}
	return rom.Booted()
}
