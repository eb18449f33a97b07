namespace PixieOrleans.Exec.Tests.Kernels.Uris;

public sealed class UriKernelsTests
{
    private const string NoUri = "Failed to parse URI";

    public static TheoryData<string, string> Uris => new()
    {
        { "s://u:p@h:80/a/b?q", """{"scheme":"s","userInfo":"u:p","host":"h","port":80,"path":"a/b","query":"q"}""" },
        { "http://h/?a=b#f/?", """{"scheme":"http","host":"h","path":"","query":"a=b","fragment":"f/?"}""" },
        { "http://127.0.0.1/", """{"scheme":"http","host":"127.0.0.1","path":""}""" },
        { "http://[::1]:8080", """{"scheme":"http","host":"::1","port":8080}""" },
        { "http://[v1.x:y]/", """{"scheme":"http","host":"v1.x:y","path":""}""" },
        { "http://h?", """{"scheme":"http","host":"h","query":""}""" },
        { "http://h/a%20b", """{"scheme":"http","host":"h","path":"a%20b"}""" },
        { "mailto:a@example.com", """{"scheme":"mailto","path":"a@example.com"}""" },
        { "file:///etc/hosts", """{"scheme":"file","host":"","path":"etc/hosts"}""" },
        { "/api/v1?x=y", """{"path":"api/v1","query":"x=y"}""" },
        { "a/b", """{"path":"a/b"}""" },
        { "//h", """{"host":"h"}""" },
        { "/", "{}" },
        { "", "{}" },
        { "#", """{"fragment":""}""" },
        { "http://h:99999999999", "Port parsing failed." },
        { "http://h:", "Port parsing failed." },
        { "http://h:-1", NoUri },
        { "http://h:8o", NoUri },
        { "http://[::1", NoUri },
        { "http://[1.2.3.4]", NoUri },
        { "http://[::1]x", NoUri },
        { "http://a b/", NoUri },
        { "http://h/a%2", NoUri },
        { "http://h/a%zz", NoUri },
        { "http://h/é", NoUri },
        { "http://h/a#b#c", NoUri },
        { "1http://h", NoUri },
        { ":a", NoUri },
        { "a\"b", NoUri },
    };

    [Theory]
    [MemberData(nameof(Uris))]
    public void UriParse_Text_IsItsPartsOrTheFailure(string uri, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("uri_parse", uri));

    [Theory]
    [InlineData("https", "u", "px.dev", 8443, "a/b", "q", "f", "https://u@px.dev:8443/a/b?q#f")]
    [InlineData("https", "", "px.dev", 0, "", "", "", "https://px.dev/")]
    [InlineData("", "", "h", 0, "p", "", "", "//h/p")]
    [InlineData("", "u", "", 80, "p", "", "", "/p")]
    [InlineData("http", "", "h", -1, "p", "", "", "Failed to recompose URI")]
    public void UriRecompose_Parts_AreOneText(
        string scheme, string user, string host, long port, string path, string query, string fragment, string uri)
    {
        object[] parts = [scheme, user, host, port, path, query, fragment];

        Assert.Equal(uri, KernelCalls.Call("uri_recompose", parts));
    }
}
