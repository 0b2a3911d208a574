package arm

// Device is a device of the chip.
type Device struct {
	Name string
	Base uintptr // address of its registers
	Line uint32  // level-triggered

	clock clock
}

// clock is what turns a device's clock on: bits of one of the registers CCM_CCGR0 to 6, and where
// the clock comes from.
type clock struct {
	register uintptr
	bits     uint32
	source   source
}

type source uint8

const (
	unknown    source = iota // a driver asks TamaGo, or the clock controller
	peripheral               // IPG_CLK_ROOT
	card1                    // PLL2 PFD2 by 2, of USDHC1
	card2                    // of USDHC2
)

const (
	firstLine = 32         // interrupt 0 of the chip: 32 lines belong to the core
	ccgr      = 0x020c4068 // CCM_CCGR0 (IMX6ULLRM 18.6.23)
)

// gate is a clock that has one or more of the gates CG0 to CG15 of a register, of two bits each, from
// first on. Both bits set, it is on, also while the core waits.
func gate(register, first, gates int, from source) clock {
	bits := uint32(1<<(2*gates) - 1)
	return clock{ccgr + 4*uintptr(register), bits << (2 * first), from}
}

// Devices are the chip's devices that a driver can be registered for (IMX6ULLRM tables 2-1 to 2-4
// for addresses, 3-1 for interrupts, 18.6.23 to 18.6.29 for clocks). The kernel itself drives the
// console's UART, GPT1, EPIT1, SNVS and WDOG1. What is not here has no driver yet: add its line.
var Devices = [...]Device{
	{"uart1", 0x02020000, firstLine + 26, gate(5, 12, 1, unknown)},
	{"uart2", 0x021e8000, firstLine + 27, gate(0, 14, 1, unknown)},
	{"uart3", 0x021ec000, firstLine + 28, gate(1, 5, 1, unknown)},
	{"uart4", 0x021f0000, firstLine + 29, gate(1, 12, 1, unknown)},
	{"gpt1", 0x02098000, firstLine + 55, gate(1, 10, 2, peripheral)},
	{"gpt2", 0x020e8000, firstLine + 109, gate(0, 12, 2, peripheral)},
	{"epit1", 0x020d0000, firstLine + 56, gate(1, 6, 1, peripheral)},
	{"epit2", 0x020d4000, firstLine + 57, gate(1, 7, 1, peripheral)},
	{"i2c1", 0x021a0000, firstLine + 36, gate(2, 3, 1, unknown)},
	{"i2c2", 0x021a4000, firstLine + 37, gate(2, 4, 1, unknown)},
	{"usdhc1", 0x02190000, firstLine + 22, gate(6, 1, 1, card1)},
	{"usdhc2", 0x02194000, firstLine + 23, gate(6, 2, 1, card2)},
	{"wdog1", 0x020bc000, firstLine + 80, gate(3, 8, 1, unknown)},
	{"snvs", 0x020cc000, firstLine + 19, gate(5, 9, 1, unknown)},
}

// DeviceAt returns the device whose registers begin at an address, nil if there is none. Any level.
func DeviceAt(base uintptr) *Device {
	for i := range Devices {
		if Devices[i].Base == base {
			return &Devices[i]
		}
	}
	return nil
}
