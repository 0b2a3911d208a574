package runtime

// System call numbers of linux/amd64 (arch/x86/entry/syscalls/syscall_64.tbl).
const (
	portSysWrite        = 1
	portSysClose        = 3
	portSysGetpid       = 39
	portSysFcntl        = 72
	portSysFcntl64      = 1<<32 - 1 // fcntl is
	portSysGettimeofday = 96
	portSysGettid       = 186
	portSysExitGroup    = 231
	portSysEpollCtl     = 233
	portSysEpollPwait   = 281
	portSysEventfd2     = 290
	portSysEpollCreate1 = 291
)

// portTakesPath reports whether a system call begins with the lookup of a path.
//
//go:nosplit
func portTakesPath(num uintptr) bool {
	switch num {
	case 2, 4, 6, // open, stat, lstat
		21, 76, 79, 80, 161, // access, truncate, getcwd, chdir, chroot
		82, 83, 84, 85, 86, 87, 88, 89, // rename, mkdir, rmdir, creat, link, unlink, symlink, readlink
		90, 92, 94, 132, 133, 137, 235, // chmod, chown, lchown, utime, mknod, statfs, utimes
		254,                // inotify_add_watch
		257, 258, 259, 260, // openat, mkdirat, mknodat, fchownat
		261, 262, 263, 264, 316, // futimesat, newfstatat, unlinkat, renameat, renameat2
		265, 266, 267, 268, 269, 280: // linkat, symlinkat, readlinkat, fchmodat, faccessat, utimensat
		return true
	}
	return false
}

// portTakesFile reports whether the first argument of a system call is a file descriptor.
//
//go:nosplit
func portTakesFile(num uintptr) bool {
	switch num {
	case 0, portSysWrite, portSysClose, 5, 8, // read, fstat, lseek
		16, 17, 18, 19, 20, // ioctl, pread64, pwrite64, readv, writev
		32, 33, 292, // dup, dup2, dup3
		portSysFcntl, 73, 74, 75, 77, 81, // flock, fsync, fdatasync, ftruncate, fchdir
		91, 93, 138, 217: // fchmod, fchown, fstatfs, getdents64
		return true
	}
	return false
}
