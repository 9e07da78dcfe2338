package match

import "hash/maphash"

// spelling finds the known words that an unknown one may have been meant to
// be: one letter wrong, missing, too many, or two exchanged. One mistake
// leaves one half of the word whole, so each known word is filed under both of
// its halves together with its length.
type spelling struct {
	seed   maphash.Seed
	halves map[uint64]int32 // newest link
	links  []link
}

type link struct {
	id   wordID
	next int32 // -1 at the end
}

// Shorter words have too many neighbours, and a bucket with more words than
// this has a half that says nothing.
const (
	shortestCorrected = 5
	longestBucket     = 4000
)

func newSpelling() spelling {
	return spelling{seed: maphash.MakeSeed(), halves: make(map[uint64]int32)}
}

func (s *spelling) add(text string, id wordID) {
	if len(text) < shortestCorrected || hasDigit(text) {
		return
	}
	middle := len(text) / 2
	for _, key := range []uint64{s.key(text[:middle], len(text), 0), s.key(text[middle:], len(text), 1)} {
		next, ok := s.halves[key]
		if !ok {
			next = -1
		}
		s.halves[key] = int32(len(s.links))
		s.links = append(s.links, link{id, next})
	}
}

func (s *spelling) key(half string, length int, side byte) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(half)
	h.WriteByte(side)
	h.WriteByte(byte(length))
	return h.Sum64()
}

// near gives the known words one mistake away from text. textOf names them.
func (s *spelling) near(text string, textOf func(wordID) string) []wordID {
	if len(text) < shortestCorrected || hasDigit(text) {
		return nil
	}
	var found []wordID
	for length := len(text) - 1; length <= len(text)+1; length++ {
		middle := length / 2
		if middle > len(text) || length-middle > len(text) {
			continue
		}
		for _, key := range []uint64{
			s.key(text[:middle], length, 0),
			s.key(text[len(text)-(length-middle):], length, 1),
		} {
			at, ok := s.halves[key]
			for n := 0; ok && at >= 0 && n < longestBucket; n++ {
				if l := s.links[at]; oneMistake(text, textOf(l.id)) {
					found = append(found, l.id)
				}
				at = s.links[at].next
			}
		}
	}
	return found
}

// oneMistake holds for words that differ by one letter wrong, missing or too
// many, or by two neighbours exchanged. Letters here are bytes: a letter of
// several bytes counts as a mistake only if one of them differs.
func oneMistake(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		if i == len(a) {
			return false
		}
		return a[i+1:] == b[i+1:] ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			return true
		}
	}
	return false
}
