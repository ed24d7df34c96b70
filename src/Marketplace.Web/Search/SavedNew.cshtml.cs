using Marketplace.Domain.Common;
using Marketplace.Domain.Search;
using Marketplace.Organisations;
using Marketplace.Search.Index;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>Saves the search that stands in the address: a name, and when to be told. Whoever is not signed in comes back here.</summary>
public sealed class SavedNewModel(CurrentActor actor, SavedSearchDesk desk, FacetNames names, IStringLocalizer<SearchTexts> texts) : PageModel
{
    public const string Path = SavedModel.Address + "/new";

    public SearchAddress Search { get; private set; } = null!;

    public string? Name { get; private set; }

    public Alert Alert { get; private set; } = Alert.Daily;

    /// <summary>The id of the command that this form gives: sent twice, it saves once.</summary>
    public Guid Command { get; private set; } = Guid.CreateVersion7();

    public Refusal? Refused { get; private set; }

    public IReadOnlyList<string> Says { get; private set; } = [];

    /// <summary>The same search has been saved.</summary>
    public SavedSearchRow? Known { get; private set; }

    /// <summary>The form for the search of an address.</summary>
    public static string For(SearchAddress address) => Path + address.Asked[SearchAddress.Page.Length..];

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await Open(cancellation) is not { } person) return this.Refused(Refusal.NotSignedIn);
        var read = SearchRequest.Read(Search.Parts, Audience.Registered);
        Refused = read.Done ? SavedSearches.Admit(Name, Search.Asked, Search.Asks, 0).Refusal : read.Refusal;
        if (Refused is not null) Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        else Known = await desk.Known(person, Search, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(Guid command, string? name, string? alert, CancellationToken cancellation)
    {
        if (await Open(cancellation) is not { } person) return this.Refused(Refusal.NotSignedIn);
        if (command != Guid.Empty) Command = command;
        Name = name;
        var done = SavedSearchLook.Alert(alert) is { } chosen
            ? await desk.Save(Command, await actor.Get(cancellation), name, Alert = chosen, Search, cancellation)
            : Result<SavedSearchRow>.Refuse(Refusal.UnknownWord, "alert");
        if (done.Done) return Redirect(SavedModel.Address + "?done=saved");
        ModelState.Clear();
        Refused = done.Refusal;
        // Whoever came back to the form and wrote something else sees what was saved, or sends it as a command of its own.
        if (Refused is Refusal.CommandIdReused) (Command, Known) = (Guid.CreateVersion7(), await desk.Known(person, Search, cancellation));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<Guid?> Open(CancellationToken cancellation)
    {
        Search = new SearchAddress(Request.Query);
        Says = SavedSearchLook.Says(Search, names, texts);
        Name = SavedSearchLook.Name(Search, names, texts);
        return (await actor.Get(cancellation)).Person;
    }
}

/// <summary>Opens a saved search: its results, the newest first. From here on what appears is new.</summary>
public sealed class SavedOpenModel(CurrentActor actor, SavedSearchDesk desk) : PageModel
{
    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        return await desk.Open(person, id, cancellation) is { } address ? LocalRedirect(address) : this.Refused(Refusal.NotFound);
    }
}
