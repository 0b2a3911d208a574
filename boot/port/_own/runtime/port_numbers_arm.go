package runtime

// System call numbers of linux/arm (arch/arm/tools/syscall.tbl).
const (
	portSysWrite        = 4
	portSysClose        = 6
	portSysGetpid       = 20
	portSysFcntl        = 55 // the runtime's own; package syscall uses fcntl64
	portSysGettimeofday = 78
	portSysFcntl64      = 221
	portSysGettid       = 224
	portSysExitGroup    = 248
	portSysEpollCtl     = 251
	portSysEpollPwait   = 346
	portSysEventfd2     = 356
	portSysEpollCreate1 = 357
)

// portTakesPath reports whether a system call begins with the lookup of a path.
//
//go:nosplit
func portTakesPath(num uintptr) bool {
	switch num {
	case 5, 106, 107, 195, 196, // open, stat, lstat, stat64, lstat64
		33, 92, 193, 183, 12, 61, // access, truncate, truncate64, getcwd, chdir, chroot
		38, 39, 40, 8, 9, 10, 83, 85, // rename, mkdir, rmdir, creat, link, unlink, symlink, readlink
		15, 182, 212, 16, 198, 30, // chmod, chown, chown32, lchown, lchown32, utime
		14, 99, 266, 269, // mknod, statfs, statfs64, utimes
		317,                // inotify_add_watch
		322, 323, 324, 325, // openat, mkdirat, mknodat, fchownat
		326, 327, 328, 329, 382, // futimesat, fstatat64, unlinkat, renameat, renameat2
		330, 331, 332, 333, 334, 348: // linkat, symlinkat, readlinkat, fchmodat, faccessat, utimensat
		return true
	}
	return false
}

// portTakesFile reports whether the first argument of a system call is a file descriptor.
//
//go:nosplit
func portTakesFile(num uintptr) bool {
	switch num {
	case 3, portSysWrite, portSysClose, 108, 197, 19, 140, // read, fstat, fstat64, lseek, _llseek
		54, 180, 181, 145, 146, // ioctl, pread64, pwrite64, readv, writev
		41, 63, 358, // dup, dup2, dup3
		portSysFcntl, portSysFcntl64, 143, 118, 148, 93, 194, 133, // flock, fsync, fdatasync, ftruncate, ftruncate64, fchdir
		94, 95, 207, 100, 267, 217: // fchmod, fchown, fchown32, fstatfs, fstatfs64, getdents64
		return true
	}
	return false
}
