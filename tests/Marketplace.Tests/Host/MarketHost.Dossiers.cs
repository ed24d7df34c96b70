using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Auctions.Dossiers;
using Marketplace.Domain.Organisations;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Host;

/// <summary>Confidential files of a lot through the pages.</summary>
public partial class MarketHost
{
    /// <summary>A PDF as a writer writes it: so many pages, each with its own line of text.</summary>
    public static byte[] Pdf(int pages = 2, string box = "0 0 595 842", string page = "", string catalog = "", string draw = "BT /F1 24 Tf 60 700 Td (Original page {0}) Tj ET")
    {
        var objects = new List<string>
        {
            $"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
            $"<< /Type /Pages /Count {pages} /Kids [{string.Join(' ', Enumerable.Range(0, pages).Select(i => $"{4 + i * 2} 0 R"))}] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        };
        for (var i = 0; i < pages; i++)
        {
            var content = string.Format(CultureInfo.InvariantCulture, draw, i + 1);
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] {page} /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + i * 2} 0 R >>");
            objects.Add($"<< /Length {content.Length} >>\nstream\n{content}\nendstream");
        }

        return Pdf(objects);
    }

    /// <summary>A PDF of exactly these objects, the first of which is the catalog.</summary>
    public static byte[] Pdf(IReadOnlyList<string> objects, string trailer = "")
    {
        var text = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var table = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) text.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R {trailer.Replace("{table}", $"{table}", StringComparison.Ordinal)} >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The seller puts a confidential file on a lot.</summary>
    public static async Task<HttpResponseMessage> AddDossierFile(Somebody seller, string lot, string title, byte[]? pdf = null, string name = "图纸.pdf", Guid? id = null)
    {
        var page = $"/desk/lots/{lot}/dossier";
        // Any page's token: where the form is gone, somebody may still send it.
        var form = await seller.Pages.GetStringAsync("/account/second-factor");
        using var content = new MultipartFormDataContent
        {
            { new StringContent(Regex.Match(form, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value), "__RequestVerificationToken" },
            { new StringContent($"{id ?? Guid.CreateVersion7()}"), "newFile" },
            { new StringContent(title), "title" },
        };
        var file = new ByteArrayContent(pdf ?? Pdf());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        content.Add(file, "upload", name);
        return await seller.Pages.PostAsync(page + "?handler=Add", content);
    }

    /// <summary>An enterprise of the demonstration with an owner who is its signatory, named so.</summary>
    public async Task<Somebody> DemoSigner(string enterprise, string person)
    {
        var somebody = await Member(await RegisterOrganisation(OrganisationKind.Enterprise, enterprise, demo: true), MemberRole.Owner, person);
        await GiveRole(somebody.Organisation, somebody.Person, MemberRole.Signatory);
        return somebody;
    }

    /// <summary>Signs by the form of the gate.</summary>
    public async Task<HttpResponseMessage> SignNda(Somebody signer, string lot, string name, Guid? id = null, string? textSha256 = null, bool accepted = true, int? years = null)
    {
        var terms = await InDatabase(db => db.Set<DossierRow>().AsNoTracking().SingleAsync(d => d.Lot == lot));
        var fields = new Dictionary<string, string>
        {
            ["signature"] = $"{id ?? Guid.CreateVersion7()}",
            ["name"] = name,
            ["textSha256"] = textSha256 ?? terms.TextSha256,
            ["years"] = $"{years ?? terms.Years}",
        };
        if (accepted) fields["accepted"] = "true";
        return await signer.Pages.Submit(await signer.Pages.GetStringAsync("/account/second-factor"), $"/auctions/{lot}/dossier?handler=Sign", fields);
    }
}
