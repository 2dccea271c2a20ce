package fraud

// SelfReferralFacts are what is known of a buyer beside a creator.
type SelfReferralFacts struct {
	SameEmail      bool // the buyer's address is the one that the creator signs in with
	EmailConfirmed bool // the creator has confirmed that address
	CustomerOrders int  // orders of the buyer's account at the shop that were made with the creator's address
	SameNetwork    bool // the creator used the portal from the buyer's network on the day of the click
	Allowed        bool // the brand lets the creator buy for themselves or for clients
}

// SelfReferral tells what speaks for the buyer being the creator; nothing where the brand allows it.
func SelfReferral(f SelfReferralFacts) []Evidence {
	if f.Allowed {
		return nil
	}
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
	if f.SameNetwork {
		out = append(out, Evidence{Kind: EvidenceCreatorsNetwork, Signal: SignalSelfReferral})
	}
	return out
}
