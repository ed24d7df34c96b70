namespace Marketplace.Tests.House;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Source => Path.Combine(Root, "src");

    /// <summary>Everything a person wrote under src with one of these endings, as path from src and text.</summary>
    public static IEnumerable<(string Path, string Text)> Written(params string[] endings) =>
        from file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Source, file).Replace('\\', '/')
        where endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))
        where !path.Split('/').Any(part => part is "node_modules" or "bin" or "obj" or "Migrations" or "bundle")
        orderby path
        select (path, File.ReadAllText(file));

    /// <summary>The rule has no exception; all of them are named when it has.</summary>
    public static void None(IEnumerable<string> exceptions)
    {
        var all = exceptions.Distinct().ToList();
        if (all.Count > 0) Assert.Fail(string.Join('\n', all));
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside their repository.");
    }
}
