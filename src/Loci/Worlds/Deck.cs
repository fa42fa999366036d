namespace Loci.Worlds;

/// <summary>
/// Deals items in random order and shuffles again when all are dealt, so that none falls behind the others.
/// </summary>
internal sealed class Deck<T>(IReadOnlyList<T> items, Draws draws)
{
    private List<T> _order = [];
    private int _next;

    /// <summary>The next item.</summary>
    public T Deal()
    {
        if (_next == _order.Count) (_order, _next) = (draws.Shuffled(items), 0);
        return _order[_next++];
    }
}
