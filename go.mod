module tamagotake

go 1.26.0

require (
	github.com/usbarmory/tamago v1.26.0
	golang.org/x/sys v0.49.0
	pgregory.net/rapid v1.3.0
)

require golang.org/x/arch v0.32.0 // indirect
