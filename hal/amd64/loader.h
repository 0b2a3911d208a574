// How a loader hands over what it knows: SI tells the protocol, DI is the address of the
// information; see start.s.

#define BOOTED_BY_MULTIBOOT	0x36d76289	// in SI: Multiboot2
#define START_MAGIC	0x336ec578	// the first word of the information: PVH
