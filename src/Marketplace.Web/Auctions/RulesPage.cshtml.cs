using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions;

/// <summary>The rules of a format for everybody, or the formats to choose from.</summary>
public sealed class RulesPageModel(Refusals refusals) : PageModel
{
    public string? Format { get; private set; }
    public string Version { get; private set; } = "";
    public string Sha256 { get; private set; } = "";
    public string Title { get; private set; } = "";
    public IReadOnlyList<RuleLine> Lines { get; private set; } = [];

    public IActionResult OnGet(string? format)
    {
        ViewData["Section"] = "auctions";
        if (format is null) return Page();
        if (!FormatRules.All.Contains(format)) return NotFound();
        (Format, Version) = (format, Formats.RulesOf(format)!);
        (Sha256, (Title, Lines)) = (FormatRules.Sha256(Version)!, FormatRules.Say(Version));
        return Page();
    }

    /// <summary>The bytes whose hash the announcements carry.</summary>
    public IActionResult OnGetOriginal(string format) =>
        Formats.RulesOf(format) is { } version && FormatRules.Binding(version) is { } bytes ? File(bytes, "text/plain; charset=utf-8") : NotFound();

    /// <summary>What a bidder is told when the named refusal strikes.</summary>
    public string Said(string refusal) => refusals.Say(Enum.Parse<Refusal>(refusal));
}
