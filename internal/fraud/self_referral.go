package fraud

// SelfReferralFacts are what is known of a buyer beside a creator.
type SelfReferralFacts struct {
	SameEmail      bool // the buyer's address is the one that the creator signs in with
	EmailConfirmed bool // the creator has confirmed that address
	CustomerOrders int  // orders of the buyer's account at the shop that were made with the creator's address
}

// SelfReferral tells what speaks for the buyer being the creator.
func SelfReferral(f SelfReferralFacts) []Evidence {
	var out []Evidence
	switch {
	case f.SameEmail && f.EmailConfirmed:
		out = append(out, Evidence{Kind: EvidenceSameEmail, Signal: SignalSelfReferral})
	case f.SameEmail:
		out = append(out, Evidence{Kind: EvidenceSameUnconfirmedEmail, Signal: SignalSelfReferral})
	}
	if f.CustomerOrders > 0 {
		out = append(out, Evidence{Kind: EvidenceSameCustomer, Signal: SignalSelfReferral, Seen: &f.CustomerOrders})
	}
	return out
}
