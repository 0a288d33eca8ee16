"""Names of people and of groups that nobody has: first names, surnames and places in any combination."""

FIRST = (
    "Aileen", "Alasdair", "Aisha", "Björn", "Caitríona", "Callum", "Chloë", "Danuta", "Eilidh", "Euan", "Fatima",
    "Fiona", "François", "Gràinne", "Hamish", "Ines", "Iona", "Isla", "Jean", "José", "Kirsty", "Lewis",
    "Małgorzata", "Marta", "Mhairi", "Morag", "Nadia", "Niamh", "Owen", "Pádraig", "Priya", "Renée", "Rory",
    "Ruaridh", "Samira", "Siobhán", "Tariq", "Una", "Wiktoria", "Zoë",
)  # fmt: skip
LAST = (
    "Adeyemi", "Ahmed", "Baird", "Bell", "Campbell", "Chaudhry", "Clark", "D'Souza", "Douglas-Home", "Drummond",
    "Fraser", "Galbraith", "Gibson", "González", "Hamilton", "Hussain", "Imrie", "Kaur", "Kerr", "Lang",
    "MacDonald", "MacNèill", "Mather", "McKay", "Milne", "Müller", "Murray", "Nguyễn", "O’Hara", "Ó Súilleabháin",
    "Paterson", "Quinn", "Rae", "Sinclair", "Taylor", "Urquhart", "Wallace", "Wójcik", "Yıldız", "Young",
)  # fmt: skip
PLACES = (
    "Achnahuaigh", "Ballindour", "Càrn Mòr", "Dalwhannie", "Eilean Dubh", "Fintrae", "Glenashdale", "Inverbeg",
    "Kilmoraig", "Lochanside", "Muirbrae", "Port Sgoth",
)  # fmt: skip
GROUPS = (
    "Men’s Shed", "Café Club", "Gaelic Choir", "Lunch Club", "Toy Library", "Walking Group", "Repair Café",
    "Food Pantry", "Youth Theatre", "Allotments & Orchard", "Befrienders", "Drop-in",
)  # fmt: skip
