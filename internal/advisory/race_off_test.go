//go:build !race

package advisory

const every = 1
