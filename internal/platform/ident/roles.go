package ident

import "slices"

// Permissions lists every right in the order the roles page shows them.
var Permissions = []Permission{
	AnswerChats, ManageLeads, ManageRequests, ManageInventory, ViewCosts, ManagePartners,
	SendCampaigns, ApproveContent, ViewAnalytics, ManageBots, ManageEntities,
	ManageUsers, ManageSettings, ManageCompanies, ViewLogs,
}

// Roles lists the roles of a company from the most to the least powerful.
var Roles = []Role{Owner, Admin, Manager, Operator, Dealer, Viewer}

// grants is the one table role × permission. OWNER and ADMIN hold everything in
// their company; SUPER_ADMIN holds everything everywhere.
var grants = map[Role][]Permission{
	SuperAdmin: Permissions,
	Owner:      Permissions,
	Admin:      Permissions,
	Manager: {
		AnswerChats, ManageLeads, ManageRequests, ManageInventory, ViewCosts, ManagePartners,
		SendCampaigns, ApproveContent, ViewAnalytics,
	},
	Operator: {AnswerChats, ManageLeads, ManageRequests},
	Dealer:   {ManageRequests},
	Viewer:   {ViewAnalytics},
}

// Can reports whether the role holds the right.
func (r Role) Can(perm Permission) bool { return slices.Contains(grants[r], perm) }

// Grants returns the rights of the role in the order of Permissions.
func (r Role) Grants() []Permission {
	var out []Permission
	for _, p := range Permissions {
		if r.Can(p) {
			out = append(out, p)
		}
	}
	return out
}

// Valid reports whether r is a role that a member of a company can have.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Outranks reports whether r may give, change or remove the other role: nobody
// touches a role above their own, and only an owner makes an owner.
func (r Role) Outranks(other Role) bool {
	rank := func(x Role) int { return slices.Index(Roles, x) }
	return r == SuperAdmin || (r.Valid() && other.Valid() && rank(r) <= rank(other))
}
