//go:build tamago

package main

func random() {}
