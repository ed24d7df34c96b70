using System.Text;

namespace Marketplace.Browser.Tests.Host;

/// <summary>A small whole PDF of one empty page; every name gives other bytes.</summary>
public static class Paper
{
    public static byte[] Pdf(string name)
    {
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ];
        var text = new StringBuilder($"%PDF-1.4\n% {Convert.ToHexString(Encoding.UTF8.GetBytes(name))}\n");
        var places = new List<int>();
        foreach (var body in objects)
        {
            places.Add(text.Length);
            text.Append($"{places.Count} 0 obj\n{body}\nendobj\n");
        }

        var table = text.Length;
        text.Append($"xref\n0 {places.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places) text.Append($"{place:0000000000} 00000 n \n");
        text.Append($"trailer << /Size {places.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
