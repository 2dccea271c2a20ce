package fraud

// FloodClicks is how many counted clicks on one link from one network on one day are a flood, where they are also half of all that the
// link had. Offices, schools and phones share a network; hardly so many of their people follow one link on one day.
const FloodClicks = 200

// ClickFlood looks at the clicks of a link on one day: those from the network with the most, and all.
func ClickFlood(fromNetwork, all int) (Evidence, bool) {
	if fromNetwork < FloodClicks || 2*fromNetwork < all {
		return Evidence{}, false
	}
	e := passed(EvidenceClicksOfNetwork, SignalClickFlood, fromNetwork, FloodClicks)
	e.Of = &all
	return e, true
}
