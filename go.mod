module github.com/tamagotake/tamagotake

go 1.26.0

require (
	github.com/usbarmory/tamago v1.26.0
	golang.org/x/sys v0.49.0
	pgregory.net/rapid v1.3.0
)

require (
	github.com/usbarmory/armory-boot v0.0.0-20260202115234-edf170b30f66
	golang.org/x/arch v0.32.0
)

require (
	github.com/smallstep/pkcs7 v0.2.1 // indirect
	golang.org/x/crypto v0.45.0 // indirect
)

require github.com/usbarmory/crucible v0.0.0-20260105222051-0bd71c72232c
