using System.Text.Json;
using Marketplace.Domain.Auctions;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions.Sealing;

/// <summary>How pages about sealed offers write fingerprints, and hand data to their scripts.</summary>
public static class SealingShow
{
    /// <summary>As the programs' interface writes it, but safe inside a script element.</summary>
    private static readonly JsonSerializerOptions BlockJson = new(AuctionJson.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default };

    /// <summary>In groups of four, so that two people can compare it by telephone.</summary>
    public static string Fingerprint(string hex) => string.Join(' ', hex.Chunk(4).Select(c => new string(c)));

    public static string ScriptData(IStringLocalizer<SealingTexts> texts, object data) => JsonSerializer.Serialize(
        new { data, texts = texts.GetAllStrings(true).Where(t => t.Name.StartsWith("Js.", StringComparison.Ordinal)).ToDictionary(t => t.Name[3..], t => t.Value) }, BlockJson);

    /// <summary>Tone of a phase's chip.</summary>
    public static string Tone(Phase phase) => phase switch
    {
        Phase.Announced => "plan",
        Phase.Paused => "warn",
        Phase.Closed => "off",
        _ => "live",
    };
}
