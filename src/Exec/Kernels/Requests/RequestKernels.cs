using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Requests.Networks;
using PixieOrleans.Exec.Kernels.Requests.Paths;
using PixieOrleans.Exec.Kernels.Requests.Personal;
using PixieOrleans.Exec.Kernels.Requests.Sql;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Kernels.Requests;

/// <summary>Functions of what requests have in common: statements, paths, addresses, personal data.</summary>
internal static class RequestKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("normalize_mysql", "SI:S", call => new NormalizeMysqlExpression(
            (StringExpression)call.Arguments[0], (FixedExpression<long>)call.Arguments[1], call.Options));
        table.Add("normalize_pgsql", "SS:S", call => new NormalizePgsqlExpression(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], call.Options));
        table.Add("_match_endpoint", "SS:B", call => StringPairExpression<bool, PathMatches>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], DataType.Boolean));
        table.Add("_predict_request_path_cluster", "SS:S", call => new PredictPathExpression(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], call.Options));
        table.Add("cidrs_contain_ip", "SS:B", call => CidrsContainExpression.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1]));
        table.Add("nslookup", "S:S", call => new LookupNameExpression(
            (StringExpression)call.Arguments[0], call.Options));
        table.Add("redact_pii_best_effort", "S:S", call => new StringTransformExpression<RedactPersonalData>(
            (StringExpression)call.Arguments[0], new RedactPersonalData(), call.Options));
    }
}
