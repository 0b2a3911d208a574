package arm

// The families of TamaGo's imx6ul.Family.
const (
	familyUL  = 0x64
	familyULL = 0x65 // ULZ as well
)

// gradeMHz returns the highest clock that a part is sold for, from the fuse word OCOTP_CFG3,
// bits 17:16 (IMX6ULLRM 37.5.15, speed grading; i.MX 6UltraLite Reference Manual, the same
// register). Of what the manual calls reserved it makes the slowest, as of a family that is
// not known. TamaGo has no setting for the 696 MHz of i.MX6UL, so that is 528.
func gradeMHz(family, cfg3 uint32) uint32 {
	switch grade := cfg3 >> 16 & 3; {
	case family == familyULL && grade == 3:
		return 900
	case family == familyULL && grade == 2:
		return 792
	}
	return 528
}
