using Marketplace.Domain.Common;
using Marketplace.Domain.Search;
using Marketplace.Organisations;
using Marketplace.Search.Index;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>保存的检索: what a person comes back to, with what is new in it.</summary>
public sealed class SavedModel(CurrentActor actor, SavedSearchDesk desk, FacetNames names, TimeProvider clock, IStringLocalizer<SearchTexts> texts) : PageModel
{
    public const string Address = "/account/searches";

    public IReadOnlyList<SavedSearch> Searches { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    /// <summary>The search whose change was refused.</summary>
    public Guid? RefusedAt { get; private set; }

    /// <summary>What was just done, the key of its text.</summary>
    public string? Done { get; private set; }

    /// <summary>What was typed and refused.</summary>
    public string? Typed { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGet(string? done, CancellationToken cancellation)
    {
        Done = done is "saved" or "changed" or "deleted" ? done : null;
        return await Shown(cancellation);
    }

    public async Task<IActionResult> OnPostChange(Guid id, string? name, string? alert, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        var done = SavedSearchLook.Alert(alert) is { } chosen ? await desk.Change(person, id, name, chosen, cancellation) : Refusal.UnknownWord;
        if (done.Done) return Redirect(Address + "?done=changed");
        if (done.Refusal is Refusal.NotFound) return this.Refused(Refusal.NotFound);
        (Refused, RefusedAt, Typed) = (done.Refusal, id, name);
        return await Shown(cancellation);
    }

    public async Task<IActionResult> OnPostDelete(Guid id, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        await desk.Delete(person, id, cancellation);
        return Redirect(Address + "?done=deleted");
    }

    public IReadOnlyList<string> Says(SavedSearchRow row) => SavedSearchLook.Says(SearchAddress.Of(row.Address), names, texts);

    private async Task<IActionResult> Shown(CancellationToken cancellation)
    {
        ModelState.Clear();
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        Searches = await desk.Of(person, await SearchEndpoints.AudienceOf(actor, cancellation), cancellation);
        return Page();
    }
}

/// <summary>How saved searches are written.</summary>
public static class SavedSearchLook
{
    /// <summary>Null for a word that nobody knows.</summary>
    public static Alert? Alert(string? word) => Enum.TryParse<Alert>(word, out var alert) && Enum.IsDefined(alert) && !char.IsAsciiDigit(word[0]) ? alert : null;

    /// <summary>What is looked for, in the reader's language: the kind, the words, each filter.</summary>
    public static IReadOnlyList<string> Says(SearchAddress address, FacetNames names, IStringLocalizer texts)
    {
        var read = SearchRequest.Read(address.Parts, Audience.Registered);
        if (!read.Done) return [];
        var kinds = address.All(SearchRequest.Name(Facet.Kind));
        var kind = kinds is [var one] && Enum.TryParse<Found>(one, out var known) && Enum.IsDefined(known) ? known : (Found?)null;
        return
        [
            .. kinds.Select(k => Enum.TryParse<Found>(k, out var of) && Enum.IsDefined(of) ? texts[$"Kind.{of}"].Value : k),
            .. read.Value.Query.Text is { } words ? new[] { words } : [],
            .. SearchLook.Chosen(read.Value.Query, address, kind, null, names, texts).Select(c => c.Text),
        ];
    }

    /// <summary>The name that is proposed: what is looked for, in the reader's language.</summary>
    public static string Name(SearchAddress address, FacetNames names, IStringLocalizer texts) =>
        SavedSearches.Propose(string.Join(" · ", Says(address, names, texts)));
}
