package bootrom

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
)

// The cryptographic message syntax (RFC 5652), as far as a signature in a command
// sequence file needs it: one signer, SHA-256, RSA, the content elsewhere.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content struct {
		Version       int
		Digests       asn1.RawValue
		Encapsulated  asn1.RawValue
		Certificates  asn1.RawValue `asn1:"optional,tag:0"`
		Revocations   asn1.RawValue `asn1:"optional,tag:1"`
		SignerInfoSet []signerInfo  `asn1:"set"`
	} `asn1:"explicit,tag:0"`
}

type signerInfo struct {
	Version    int
	Signer     asn1.RawValue
	Digest     algorithm
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  algorithm
	Signature  []byte
}

type algorithm struct {
	Name       asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

// verifyCMS says whether the key has signed the content. The certificates in the message
// are not looked at: the key is one that was installed.
func verifyCMS(message, content []byte, key *rsa.PublicKey) error {
	var info contentInfo
	rest, err := asn1.Unmarshal(message, &info)
	switch {
	case err != nil:
		return fmt.Errorf("signature: %w", err)
	case len(bytes.Trim(rest, "\x00")) > 0:
		return errors.New("signature: followed by more than padding")
	case !info.Type.Equal(oidSignedData) || len(info.Content.SignerInfoSet) != 1:
		return errors.New("signature: not one by one signer")
	}
	s := info.Content.SignerInfoSet[0]
	if !s.Digest.Name.Equal(oidSHA256) {
		return fmt.Errorf("signature: digest %v", s.Digest.Name)
	}
	digest := sha256.Sum256(content)
	signed := digest
	if len(s.Attributes.FullBytes) > 0 {
		if err := checkDigest(s.Attributes.Bytes, digest[:]); err != nil {
			return err
		}
		// What is signed is the attributes as a SET (RFC 5652, 5.4).
		set := bytes.Clone(s.Attributes.FullBytes)
		set[0] = asn1.TagSet | 0x20
		signed = sha256.Sum256(set)
	}
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, signed[:], s.Signature); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	return nil
}

// checkDigest finds the digest of the content among the signed attributes.
func checkDigest(attributes, want []byte) error {
	for len(attributes) > 0 {
		var a attribute
		rest, err := asn1.Unmarshal(attributes, &a)
		if err != nil {
			return fmt.Errorf("signed attributes: %w", err)
		}
		attributes = rest
		if !a.Type.Equal(oidMessageDigest) {
			continue
		}
		var got []byte
		if _, err := asn1.Unmarshal(a.Values.Bytes, &got); err != nil {
			return fmt.Errorf("signed digest: %w", err)
		}
		if !bytes.Equal(got, want) {
			return errors.New("the signature is for another content")
		}
		return nil
	}
	return errors.New("signed attributes without a digest")
}
