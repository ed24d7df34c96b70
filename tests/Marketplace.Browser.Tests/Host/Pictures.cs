using Microsoft.Playwright;

namespace Marketplace.Browser.Tests.Host;

/// <summary>Pictures of a page as it stands, kept with the other artefacts.</summary>
public static class Pictures
{
    private static readonly int[] Widths = [1920, 360, 1440];

    public static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && folder.Name != "artifacts") folder = folder.Parent;
            return Directory.CreateDirectory(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "screenshots")).FullName;
        }
    }

    /// <summary>At each width, without loading the page again; nothing may reach beyond its right edge.</summary>
    public static async Task Of(Somebody person, string name)
    {
        foreach (var width in Widths)
        {
            await person.Page.SetViewportSizeAsync(width, width > 1000 ? 1000 : 760);
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}-{width}.png"), FullPage = true });
            Assert.True(await person.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width}.");
        }
    }
}
