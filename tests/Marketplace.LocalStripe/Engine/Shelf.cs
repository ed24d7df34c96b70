using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>Objects of one kind, oldest first, found by id.</summary>
internal sealed class Shelf<T>(string kind)
    where T : Resource
{
    private readonly Dictionary<string, T> _byId = [];
    private readonly List<T> _all = [];

    public IReadOnlyList<T> All => _all;

    public T Add(T item)
    {
        _byId.Add(item.Id, item);
        _all.Add(item);
        return item;
    }

    public T? Find(string id) => _byId.GetValueOrDefault(id);

    /// <param name="param">The parameter that named it; null when the address did.</param>
    public T Get(string id, string? param = null) => Find(id) ?? throw StripeError.Missing(kind, id, param);

    /// <summary>The newest first, from the cursor on, as Stripe's lists.</summary>
    public Page Page(Form form, string url, Func<T, bool>? which = null)
    {
        var limit = Limit(form);
        var created = form.Range("created");
        var (after, before) = (form.Text("starting_after"), form.Text("ending_before"));
        if (after is not null && before is not null) throw StripeError.Invalid("You cannot parameterize both starting_after and ending_before.", null, "starting_after");
        var found = new List<Resource>();
        if (before is null)
        {
            var from = after is null ? _all.Count : _all.IndexOf(Get(after, "starting_after"));
            for (var i = from - 1; i >= 0 && found.Count <= limit; i--) if (Fits(_all[i])) found.Add(_all[i]);
        }
        else
        {
            for (var i = _all.IndexOf(Get(before, "ending_before")) + 1; i < _all.Count && found.Count <= limit; i++) if (Fits(_all[i])) found.Add(_all[i]);
        }

        var more = found.Count > limit;
        if (more) found.RemoveAt(limit);
        if (before is not null) found.Reverse();
        return new Page(url, found, more);

        bool Fits(T item) => created(item.Created) && which?.Invoke(item) != false;
    }

    public static int Limit(Form form)
    {
        var limit = form.Number("limit") ?? 10;
        return limit is >= 1 and <= 100 ? (int)limit : throw StripeError.Invalid("This value must be between 1 and 100.", "parameter_invalid_integer", "limit");
    }
}
