package hal

// StatusCrash is the status of a system that ends without the runtime: one that has not got as far,
// or that an exception has struck with which no task can be charged. The runtime's own failures are 2, as
// everywhere.
const StatusCrash = 3

// ExitStatus is the status of a program as an emulator can hand it on: what does not fit is the
// highest.
func ExitStatus(code int32) uint8 {
	const most = 127 // amd64's device doubles it
	return uint8(min(uint32(code), most))
}
