//go:build race

package advisory

// every is how many documents of a large folder one is read of: the race
// detector makes regular expressions ten times slower, and the finder has no
// goroutines.
const every = 16
