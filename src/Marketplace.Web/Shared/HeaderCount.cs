namespace Marketplace.Shared;

/// <summary>A place of a person's own that the header shows with how much of it is new. A capability registers it.</summary>
/// <param name="CountUrl">Answers the number anew, as the first number of its JSON, while a page stays open.</param>
/// <param name="Key">The name in the capability's texts.</param>
/// <param name="Texts">The marker class of those texts.</param>
public sealed record HeaderCount(string Url, string CountUrl, string Key, Type Texts, Func<IServiceProvider, CancellationToken, Task<int>> Count)
{
    /// <summary>Nobody counts on.</summary>
    public static string Write(int count) => count > 99 ? "99+" : count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
