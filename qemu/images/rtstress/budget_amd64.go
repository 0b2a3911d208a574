//go:build tamago

package main

// staleBudget has nothing to do: a program cannot make the budget's interrupt pending here.
func staleBudget() {}
