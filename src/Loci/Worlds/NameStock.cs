namespace Loci.Worlds;

/// <summary>The stock that names are made of. A name is one word, people have two; no name is drawn twice.</summary>
internal sealed class NameStock(Draws draws)
{
    public static readonly string[] Countries =
        [
            "Norvia", "Calonia", "Estmark", "Tervania", "Ostrania", "Lorland", "Belmark", "Sarovia", "Hestland",
            "Corvania", "Ravonia", "Aldania",
        ];

    public static readonly string[] Regions =
        [
            "Westmoor", "Highvale", "Lowmarch", "Greenshire", "Northfold", "Eastreach", "Silverdale", "Longcoast",
            "Redhills", "Farholt",
        ];

    public static readonly string[] Rivers =
        [
            "Tamber", "Orrin", "Wend", "Sarn", "Lisk", "Ebra", "Culm", "Darr", "Mirn", "Ruhl", "Yarrow", "Elder",
            "Thessa", "Vode",
        ];

    public static readonly string[] Languages =
        [
            "Norvian", "Calonian", "Estic", "Tervish", "Ostran", "Lorish", "Belmarkish", "Sarovian", "Hestic",
            "Corvanic", "Ravonese", "Aldish",
        ];

    public static readonly string[] Currencies =
        [
            "crowns", "marks", "florins", "dollars", "pounds", "francs", "ducats", "thalers", "guilders", "shillings",
            "pesos", "dinars",
        ];

    public static readonly string[] Clubs =
    [
        "Falcons", "Rovers", "Wanderers", "Lions", "Rangers", "Wolves", "Hornets", "Mariners", "Tigers", "Eagles",
        "Stags", "Comets", "Pirates", "Bulldogs",
    ];

    public static readonly string[] Newspapers =
        [
            "Courier", "Herald", "Tribune", "Gazette", "Chronicle", "Observer", "Sentinel", "Messenger", "Examiner",
            "Standard",
        ];

    public static readonly string[] Universities =
    [
        "Wexley University", "Ashgrove University", "Calder University", "Trinity College", "Hollins College",
        "Marlow College", "Kestrel University",
        "Queens College",
    ];

    public static readonly string[] Units =
    [
        "Ironsides", "Lancers", "Fusiliers", "Grenadiers", "Dragoons", "Sappers", "Highlanders", "Hussars",
    ];

    public static readonly string[] Venues =
    [
        "Amber Museum", "Castle Museum", "Harbour Museum", "Railway Museum", "Clock Museum", "Corner Library",
        "Royal Library", "Oak Library",
        "Garden Theatre", "Palace Theatre", "Lantern Theatre", "Mirror Theatre", "Fish Market", "Flower Market",
        "Silk Market", "Spice Market",
        "Golden Bakery", "Mill Bakery", "Bridge Bakery", "Lemon Bakery", "Swan Gallery", "Rose Gallery",
        "Tower Gallery", "Orchard Gallery",
        "Lakeside Pool", "Willow Pool", "Copper Store", "Crown Store", "Lighthouse Store", "Anchor Store",
    ];

    private static readonly string[] s_women =
    [
        "Anna", "Clara", "Edith", "Helen", "Ingrid", "Julia", "Laura", "Margaret", "Nora", "Olivia", "Paula", "Rosa",
        "Sarah", "Teresa", "Ursula",
        "Vera", "Wanda", "Agnes", "Beatrice", "Cecilia", "Diana", "Emma", "Fiona", "Greta", "Hanna", "Irene", "Jane",
        "Katrin", "Lydia", "Maria",
        "Nina", "Petra", "Ruth", "Sonia", "Tilda",
    ];

    private static readonly string[] s_men =
    [
        "Adam", "Bernard", "Conrad", "Daniel", "Edgar", "Felix", "George", "Henry", "Ivan", "Jacob", "Karl", "Leo",
        "Martin", "Nicholas", "Oscar",
        "Peter", "Robert", "Simon", "Thomas", "Victor", "Walter", "Arthur", "Bruno", "Charles", "David", "Erik",
        "Frank", "Gustav", "Hugo", "Isaac",
        "James", "Louis", "Max", "Oliver", "Paul",
    ];

    private static readonly string[] s_family =
    [
        "Har", "Lin", "Ash", "Tol", "Brack", "Wen", "Mar", "Pem", "Thorn", "El", "Cal", "Dun", "Fair", "Hol", "Kel",
        "Lang", "Mor", "Nor", "Pres",
        "Rad", "Sed", "Stan", "Tarn", "Wal", "Whit", "Win", "Bar", "Col", "Den", "Gar",
    ];

    private static readonly string[] s_familyEnd =
        [
            "well", "combe", "land", "ley", "ton", "worth", "wick", "den", "field", "more", "stead", "by", "gate",
            "man", "son", "croft",
        ];

    private static readonly string[] s_city =
        [
            "Vel", "Tars", "Brenn", "Ost", "Kar", "Lind", "Mel", "Sol", "Dor", "Ald", "Ness", "Rav", "Styr", "Umb",
            "Grel", "Fen", "Hall", "Jor", "Quill", "Zan",
        ];

    private static readonly string[] s_cityEnd =
    [
        "mora", "holm", "stad", "vik", "burg", "port", "haven", "mouth", "bridge", "minster", "anza", "ello", "una",
    ];

    private static readonly string[] s_company =
        ["Cor", "Tes", "Lum", "Vant", "Arb", "Nex", "Orb", "Pol", "Quan", "Syl", "Trin", "Zeph", "Hyd", "Mond", "Bel"];

    private static readonly string[] s_companyEnd = ["vex", "saline", "ora", "age", "ico", "tech", "ium", "ax", "eon"];

    private static readonly string[] s_product =
        ["Bright", "Swift", "Clear", "Quick", "Silk", "Snow", "Sun", "True", "Deep", "Fresh", "Light", "Pure"];

    private static readonly string[] s_productEnd =
    [
        "line", "mate", "ster", "pad", "jet", "flow", "step", "gear", "ware", "top",
    ];

    private static readonly string[] s_title =
        [
            "Winter", "Storm", "Night", "Ember", "Moon", "River", "Glass", "Salt", "Iron", "Silver", "Paper", "Shadow",
            "Summer", "Stone", "Thunder", "Velvet",
        ];

    private static readonly string[] s_titleEnd =
    [
        "light", "fall", "song", "house", "road", "tide", "garden", "bird", "water", "dance", "smoke", "walk",
    ];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Deck<string>> _decks = [];

    /// <summary>A woman or a man.</summary>
    public Entity Person(string kind)
    {
        bool woman = draws.Chance(0.5);
        string given = Deal(woman ? "women" : "men", () => woman ? s_women : s_men);
        return new($"{given} {Joined("family", s_family, s_familyEnd)}", kind, Pronoun: woman ? "she" : "he");
    }

    /// <summary>A city.</summary>
    public Entity City() => new(Joined("city", s_city, s_cityEnd), "city");

    /// <summary>A company.</summary>
    public Entity Company() => new(Joined("company", s_company, s_companyEnd), "company");

    /// <summary>Something one buys.</summary>
    public Entity Product() => new(Joined("product", s_product, s_productEnd), "product");

    /// <summary>A book, film, series or song.</summary>
    public Entity Work(string kind) => new(Joined("title", s_title, s_titleEnd), kind);

    /// <summary>Somebody or something whose whole name stands in a list.</summary>
    public Entity Given(string name, string kind, bool article, string pronoun) =>
        _taken.Add(name)
            ? new(name, kind, article, pronoun)
            : throw new InvalidOperationException($"{name} stands in two lists");

    private string Joined(string what, string[] starts, string[] ends)
    {
        string name;
        do
        {
            string start = Deal($"{what} start", () => starts), end = Deal($"{what} end", () => ends);
            // Tarn + ness: no letter three times, few twice
            name = start[^1] == end[0] ? start + end[1..] : start + end;
        }
        while (!_taken.Add(name));
        return name;
    }

    private string Deal(string what, Func<string[]> items)
    {
        if (!_decks.TryGetValue(what, out var deck)) _decks.Add(what, deck = new(items(), draws));
        return deck.Deal();
    }
}
