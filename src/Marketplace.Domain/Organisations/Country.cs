using System.Collections.Frozen;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>A country or territory by ISO 3166-1, as it is called here.</summary>
/// <param name="Code">Two capitals, alpha-2.</param>
/// <param name="Name">The Chinese name.</param>
/// <param name="English">The English name.</param>
public sealed record Country(string Code, string Name, string English)
{
    /// <summary>Whose organisations have a 统一社会信用代码. Hong Kong, Macao and Taiwan keep registers of their own, with codes of their own.</summary>
    public const string Mainland = "CN";

    /// <summary>All 249 of the standard, by code.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. Countries.All()];

    /// <summary>境外: all but the mainland.</summary>
    public static IReadOnlyList<Country> Abroad { get; } = [.. All.Where(c => c.Code != Mainland)];

    private static readonly FrozenDictionary<string, Country> ByCode = All.ToFrozenDictionary(c => c.Code);

    /// <summary>Nothing typed, or the mainland's own code.</summary>
    public static bool IsMainland(string? text) => Typed(text) is "" or Mainland;

    /// <summary>The code of a country or territory outside the mainland, as people type it.</summary>
    public static Result<string> Read(string? text)
    {
        var code = Typed(text);
        return code.Length == 0 ? Result<string>.Refuse(Refusal.Required, "country")
            : code != Mainland && ByCode.ContainsKey(code) ? code
            : Result<string>.Refuse(Refusal.CountryUnknown, "country");
    }

    /// <summary>The Chinese name, or the code itself where it is none.</summary>
    public static string NameOf(string code) => ByCode.TryGetValue(code, out var country) ? country.Name : code;

    /// <summary>The English name, or the code itself where it is none.</summary>
    public static string EnglishOf(string code) => ByCode.TryGetValue(code, out var country) ? country.English : code;

    private static string Typed(string? text) => Text.Narrow(text ?? "").Trim().ToUpperInvariant();
}
