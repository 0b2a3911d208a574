// Package sign signs images for boards on which secure boot has been enabled (NXP's HABv4).
//
//	srk-1 .. srk-4   super root keys; a board's fuses hold a hash of all four
//	   |             and one each that revokes it
//	   +-- csf       signs the list of what is to be checked
//	   +-- img       signs the image
//
// The structures are written by usbarmory/crucible's package hab. Nothing here writes a
// fuse, and no make target does: see docs/usbarmory.md for what that would mean.
package sign

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tamagotake/tamagotake/internal/output"

	"github.com/usbarmory/crucible/hab"
)

// Keys are what an image is signed with.
type Keys struct {
	table    *hab.SRKTable
	csf, img signer
}

type signer struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// SRKHash returns what the fuses of a board hold that takes these keys.
func (k *Keys) SRKHash() [32]byte { return k.table.Hash() }

// srkCount is how many root keys a board can be told; three are spare.
const srkCount = 4

// names of the files in a directory of keys.
func srkName(i int) string { return fmt.Sprintf("srk-%d", i) }

const (
	csfName, imgName    = "csf", "img"
	keySuffix, crtSuffx = ".key.pem", ".crt.pem"
)

// MakeKeys makes new keys in a directory, which must have none: who loses the keys of a
// board that is closed loses the board.
func MakeKeys(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if old, err := filepath.Glob(filepath.Join(dir, "*.pem")); err != nil || len(old) > 0 {
		return errors.Join(err, fmt.Errorf("%s has keys already; they are not replaced", dir))
	}
	var ca *x509.Certificate
	var caKey *rsa.PrivateKey
	for i := 1; i <= srkCount; i++ {
		key, crt, err := hab.NewCA(hab.DEFAULT_KEY_LENGTH, hab.DEFAULT_KEY_EXPIRY)
		if err != nil {
			return err
		}
		if err := save(dir, srkName(i), key, crt); err != nil {
			return err
		}
		if i > 1 {
			continue
		}
		s, err := load(dir, srkName(1))
		if err != nil {
			return err
		}
		ca, caKey = s.cert, s.key.(*rsa.PrivateKey)
	}
	for _, name := range []string{csfName, imgName} {
		_, _, key, crt, err := hab.NewCertificate(name, hab.DEFAULT_KEY_LENGTH, hab.DEFAULT_KEY_EXPIRY, ca, caKey)
		if err != nil {
			return err
		}
		if err := save(dir, name, key, crt); err != nil {
			return err
		}
	}
	return nil
}

func save(dir, name string, key, crt []byte) error {
	return errors.Join(
		output.WriteFile(filepath.Join(dir, name+keySuffix), key, 0o600),
		output.WriteFile(filepath.Join(dir, name+crtSuffx), crt, 0o644))
}

// ReadKeys reads what [MakeKeys] has made. Of the root keys only the certificates are
// needed: their secret halves may be kept elsewhere.
func ReadKeys(dir string) (*Keys, error) {
	var roots []*rsa.PublicKey
	for i := 1; i <= srkCount; i++ {
		crt, err := loadCert(dir, srkName(i))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("no keys: %w; tamagotake keys %s makes some", err, dir)
		}
		if err != nil {
			return nil, err
		}
		public, ok := crt.PublicKey.(*rsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("%s: not an RSA key", srkName(i))
		}
		roots = append(roots, public)
	}
	table, err := hab.NewSRKTable(roots)
	if err != nil {
		return nil, err
	}
	k := &Keys{table: table}
	if k.csf, err = load(dir, csfName); err != nil {
		return nil, err
	}
	if k.img, err = load(dir, imgName); err != nil {
		return nil, err
	}
	return k, nil
}

func loadCert(dir, name string) (*x509.Certificate, error) {
	name = filepath.Join(dir, name+crtSuffx)
	der, err := loadPEM(name, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	crt, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return crt, nil
}

func load(dir, name string) (signer, error) {
	crt, err := loadCert(dir, name)
	if err != nil {
		return signer{}, err
	}
	file := filepath.Join(dir, name+keySuffix)
	der, err := loadPEM(file, "PRIVATE KEY")
	if err != nil {
		return signer{}, err
	}
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return signer{}, fmt.Errorf("%s: %w", file, err)
	}
	key, ok := private.(*rsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(crt.PublicKey) {
		return signer{}, fmt.Errorf("%s is not the RSA key of %s", file, name+crtSuffx)
	}
	return signer{crt, key}, nil
}

func loadPEM(name, kind string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: no PEM block %s in it", name, kind)
	}
	return block.Bytes, nil
}
