namespace Loci.Worlds;

/// <summary>
/// Founds a world: draws its names and decides what is true. Answers are dealt, so that none is common.
/// </summary>
internal sealed class Settlement
{
    private const int Cities = 36, Companies = 20, Players = 84, Authors = 18, Directors = 14, Singers = 10,
        Mayors = 20, Staff = 74;

    private static readonly string[] s_professions =
    [
        "teacher", "doctor", "nurse", "lawyer", "engineer", "architect", "painter", "chemist", "biologist", "geologist",
        "economist", "pilot",
        "sailor", "baker", "carpenter", "photographer", "surgeon", "librarian", "farmer", "mechanic", "accountant",
        "gardener", "translator", "electrician",
    ];

    private static readonly string[] s_hours = ["six", "seven", "eight", "nine", "ten", "eleven", "noon", "one"];
    private static readonly string[] s_days =
    [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ];

    private readonly Draws _draws;
    private readonly NameStock _names;
    private readonly Population _world = new();

    private Settlement(Draws draws) => (_draws, _names) = (draws, new NameStock(draws));

    /// <summary>The world of these draws.</summary>
    public static Population Found(Draws draws)
    {
        var settlement = new Settlement(draws);
        settlement.FoundPlaces();
        settlement.FoundOrganisations();
        settlement.BringPeople();
        settlement.MakeWorks();
        settlement.MakeProducts();
        return settlement._world;
    }

    private void FoundPlaces()
    {
        var countries = Named("country", NameStock.Countries);
        var languages = Dealt(NameStock.Languages);
        var currencies = Dealt(NameStock.Currencies);
        var rivers = Dealt([.. Named("river", NameStock.Rivers, article: true).Select(river => river.Name)]);
        for (int i = 0; i < Cities; i++)
        {
            var city = _world.Add(_names.City());
            var country = countries[i % countries.Count];
            if (i < countries.Count) _world.Add(country, "capital", city.Name);
            _world.Add(city, "country", country.Name);
            _world.Add(city, "river", rivers.Deal());
        }
        foreach (var country in countries)
        {
            _world.Add(country, "language", languages.Deal());
            _world.Add(country, "currency", currencies.Deal());
        }
        var owners = Dealt(countries);
        foreach (var region in Named("region", NameStock.Regions)) _world.Add(region, "part of", owners.Deal().Name);
        var (hours, cities) = (Dealt(s_hours), Dealt(_world.Of("city")));
        foreach (var venue in Named("venue", NameStock.Venues, article: true))
        {
            _world.Add(venue, "opens at", hours.Deal());
            _world.Add(venue, "stands in", cities.Deal().Name);
        }
    }

    private void FoundOrganisations()
    {
        var cities = Dealt(_world.Of("city"));
        var years = Dealt([.. Enumerable.Range(1900, 90).Select(year => $"{year}")]);
        for (int i = 0; i < Companies; i++) _world.Add(_names.Company());
        Named("club", NameStock.Clubs, article: true, "they");
        Named("newspaper", NameStock.Newspapers, article: true);
        Named("university", NameStock.Universities);
        Named("unit", NameStock.Units, article: true, "they");
        foreach (var organisation in Organisations("company", "club", "newspaper", "university", "unit"))
        {
            _world.Add(organisation, "founded in", years.Deal());
            _world.Add(organisation, "based in", cities.Deal().Name);
        }
    }

    private void BringPeople()
    {
        var (born, home) = (Dealt(_world.Of("city")), Dealt(_world.Of("city")));
        var (clubs, employers) =
            (Dealt(_world.Of("club")), Dealt(Organisations("company", "newspaper", "university", "unit")));
        int settled = 0;
        for (int i = 0; i < Players; i++) _world.Add(Bring("player"), "plays for", clubs.Deal().Name);
        foreach (var club in _world.Of("club")) _world.Add(club, "coach", Bring("leader", s_professions).Name);
        foreach (var organisation in Organisations("company", "newspaper", "university", "unit"))
            _world.Add(organisation, "led by", Bring("leader", s_professions).Name);
        foreach (var city in _draws.Shuffled(_world.Of("city")).Take(Mayors))
            _world.Add(city, "mayor", Bring("mayor", s_professions).Name);
        for (int i = 0; i < Authors; i++) Bring("author", ["novelist", "poet", "historian", "journalist"]);
        for (int i = 0; i < Directors; i++) Bring("director", ["director", "actor", "producer"]);
        for (int i = 0; i < Singers; i++) Bring("singer", ["singer", "composer", "guitarist"]);
        for (int i = 0; i < Staff; i++) _world.Add(Bring("staff", s_professions), "works for", employers.Deal().Name);

        Entity Bring(string kind, params string[] professions)
        {
            var person = _world.Add(_names.Person(kind));
            _world.Add(person, "born in", born.Deal().Name);
            if (professions.Length > 0) _world.Add(person, "profession", Dealt(kind, professions));
            if (settled++ % 2 == 0) _world.Add(person, "lives in", home.Deal().Name);
            return person;
        }
    }

    private void MakeWorks()
    {
        var cities = Dealt(_world.Of("city"));
        var years = Dealt([.. Enumerable.Range(1950, 71).Select(year => $"{year}")]);
        var days = Dealt(s_days);
        Make("book", 36, "written by", Dealt(_world.Of("author")));
        var directors = Dealt(_world.Of("director"));
        Make("film", 26, "directed by", directors);
        Make("series", 14, "directed by", directors);
        Make("song", 24, "sung by", Dealt(_world.Of("singer")));

        void Make(string kind, int count, string by, Deck<Entity> makers)
        {
            for (int i = 0; i < count; i++)
            {
                var work = _world.Add(_names.Work(kind));
                _world.Add(work, by, makers.Deal().Name);
                _world.Add(work, "appeared in", years.Deal());
                if (kind != "song") _world.Add(work, "set in", cities.Deal().Name);
                if (kind == "series") _world.Add(work, "shown on", days.Deal());
            }
        }
    }

    private void MakeProducts()
    {
        var makers = Dealt(_world.Of("company"));
        for (int i = 0; i < 60; i++) _world.Add(_world.Add(_names.Product()), "made by", makers.Deal().Name);
    }

    private readonly Dictionary<string, Deck<string>> _professions = [];

    private string Dealt(string kind, string[] professions)
    {
        if (!_professions.TryGetValue(kind, out var deck)) _professions.Add(kind, deck = Dealt(professions));
        return deck.Deal();
    }

    private Deck<T> Dealt<T>(IReadOnlyList<T> items) => new(items, _draws);

    private List<Entity> Organisations(params string[] kinds) => [.. kinds.SelectMany(_world.Of)];

    private List<Entity> Named(string kind, string[] names, bool article = false, string pronoun = "it") =>
        [.. names.Select(name => _world.Add(_names.Given(name, kind, article, pronoun)))];
}
