using System.Text.Json;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>The texts that the verification in the browser speaks with, as the page hands them over.</summary>
public static class VerifyTexts
{
    public static string Of(IStringLocalizer<RoomTexts> texts) => JsonSerializer.Serialize(
        texts.GetAllStrings(true).Where(t => t.Name.StartsWith("Vf.", StringComparison.Ordinal)).ToDictionary(t => t.Name[3..], t => t.Value));
}
