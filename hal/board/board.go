// Package board is the machine that a program is built for, by its architecture and tags: a program
// imports it, and the machine is brought up before main. The command line is then in os.Args and in
// the environment, as a shell would have it:
//
//	NAME=value ... argument ...
//
// Words are separated by spaces; single and double quotes keep some in one word. The words that
// begin the line and are NAME=value become environment variables, those that follow arguments of the
// program. GOGC and the like come too late: the runtime has started by then.
//
// The command line is the loader's: QEMU's or GRUB's. If there is none, as on a board, it is the
// configuration that is in the image, which tamagotake sdcard -config FILE puts there, and
// tamagotake config shows and changes. A configuration that is damaged is not used, and a line on
// the console says so.
//
// Below an operating system the package does nothing: the program has its arguments from there.
package board
