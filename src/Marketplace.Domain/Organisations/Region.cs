using System.Collections.Frozen;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>行政区划, GB/T 2260: six digits, two each for province, city and county.</summary>
/// <param name="Code">Six digits.</param>
/// <param name="Name">The full Chinese name with its city, as a form letter would say it.</param>
/// <param name="Latin">The same for readers of English, county first: <c>Binjiang, Hangzhou</c>.</param>
public sealed record Region(string Code, string Name, string Latin)
{
    /// <summary>Zhejiang with its eleven cities and ninety counties, in the state since the Hangzhou districts changed in 2021.</summary>
    public static IReadOnlyList<Region> Zhejiang { get; } = [.. ZhejiangRegions.All()];

    private static readonly FrozenDictionary<string, Region> ByCode = Zhejiang.ToFrozenDictionary(r => r.Code);

    /// <summary>
    /// The code of a region, null when none was given. Codes of Zhejiang must exist; of other provinces only the shape is
    /// known here.
    /// </summary>
    public static Result<string?> Read(string? text)
    {
        var code = text?.Trim() ?? "";
        if (code.Length == 0) return Result<string?>.Of(null);
        var isCode = code.Length == 6 && !code.AsSpan().ContainsAnyExceptInRange('0', '9') && code[0] is >= '1' and <= '8'
            && (!code.StartsWith("33", StringComparison.Ordinal) || ByCode.ContainsKey(code));
        return isCode ? code : Result<string?>.Refuse(Refusal.RegionUnknown, "region");
    }

    /// <summary>The name, or the code itself where the name is not known.</summary>
    public static string NameOf(string code) => ByCode.TryGetValue(code, out var region) ? region.Name : code;

    /// <inheritdoc cref="NameOf"/>
    public static string LatinOf(string code) => ByCode.TryGetValue(code, out var region) ? region.Latin : code;

    /// <summary>With what the codes of everything begin that lies in it: a province and a city stand for all their parts.</summary>
    public static string AreaOf(string code) => code.EndsWith("0000", StringComparison.Ordinal) ? code[..2] : code.EndsWith("00", StringComparison.Ordinal) ? code[..4] : code;

    /// <summary>The city that it lies in; null where it has no code of six digits.</summary>
    public static string? CityOf(string? code) => code is { Length: 6 } ? code[..4] + "00" : null;
}
