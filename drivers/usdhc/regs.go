package usdhc

// Registers, as offsets from the controller's base (IMX6ULLRM 58.8).
const (
	blkAtt      = 0x04 // block count and size
	cmdArg      = 0x08
	cmdXfrTyp   = 0x0c // a write to it sends the command
	cmdRsp0     = 0x10 // to cmdRsp3
	presState   = 0x24
	protCtrl    = 0x28
	sysCtrl     = 0x2c
	intStatus   = 0x30 // write one to clear
	intStatusEn = 0x34
	intSignalEn = 0x38
	wtmkLvl     = 0x44
	mixCtrl     = 0x48
	admaErr     = 0x54
	admaAddr    = 0x58
	vendSpec    = 0xc0

	// CMD_XFR_TYP
	xfrIndex     = 24
	xfrAbort     = 3 << 22
	xfrData      = 1 << 21
	xfrCheckIdx  = 1 << 20
	xfrCheckCRC  = 1 << 19
	xfr136       = 1 << 16
	xfr48        = 2 << 16
	xfr48Busy    = 3 << 16
	respNone     = 0
	respR1       = xfr48 | xfrCheckIdx | xfrCheckCRC // and R6, R7
	respR1b      = xfr48Busy | xfrCheckIdx | xfrCheckCRC
	respR2       = xfr136 | xfrCheckCRC
	respR3       = xfr48
	busyResponse = xfr48Busy

	// PRES_STATE
	presCommandInhibit = 1 << 0
	presDataInhibit    = 1 << 1
	presClockStable    = 1 << 3
	presInserted       = 1 << 16
	presWritable       = 1 << 19 // WPSPL

	// PROT_CTRL
	protFourBits     = 1 << 1
	protWidth        = 3 << 1
	protLittleEndian = 2 << 4
	protADMA2        = 2 << 8

	// SYS_CTRL. The low four bits read as ones (58.8.12); QEMU takes them for the clock
	// enables of other controllers, and wants them written.
	sysOnes      = 0xf
	sysTimeout   = 0xf << 16 // longest: 2^29 clocks
	sysResetAll  = 1 << 24
	sysResetCmd  = 1 << 25
	sysResetData = 1 << 26
	sysInit      = 1 << 27 // 80 clocks for the card

	// INT_STATUS, and what lets them be seen and heard
	intCommand  = 1 << 0
	intTransfer = 1 << 1
	intInserted = 1 << 6
	intRemoved  = 1 << 7
	intADMA     = 1 << 28
	intNoAnswer = 1 << 16            // CTOE: a command had no answer
	intErrors   = 0x117f0000         // all errors: command, data, automatic CMD12, ADMA
	intSeen     = intErrors | 0x00c3 // and command, transfer, inserted, removed

	// MIX_CTRL
	mixDMA        = 1 << 0
	mixBlockCount = 1 << 1
	mixAutoStop   = 1 << 2 // CMD12 after the last block
	mixRead       = 1 << 4
	mixMulti      = 1 << 5

	// VEND_SPEC
	vendClockOn = 1 << 8 // FRC_SDCLK_ON
)

// Numbers of registers in a block.Error.
const (
	regStatus = 1 + iota
	regADMA
	regCard
)

var regNames = [...]string{"", "INT_STATUS", "ADMA_ERR_STATUS", "card status"}
