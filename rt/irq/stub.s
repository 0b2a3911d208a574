//go:build tamago

// Empty: with assembly in a package the compiler accepts functions without a
// body, which hal/amd64 and hal/arm provide.
