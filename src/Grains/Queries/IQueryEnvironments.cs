using PixieOrleans.Exec;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Queries;

/// <summary>Surroundings in which the parts of a query run on this silo.</summary>
internal interface IQueryEnvironments
{
    /// <summary>For this node's fragment; called on the fragment's worker.</summary>
    QueryEnvironment ForFragment(Plan fragment);

    /// <summary>For the merge part on this silo; the token ends with the query's deadline.</summary>
    ValueTask<QueryEnvironment> ForMergeAsync(Plan merge, CancellationToken cancellationToken);
}

/// <summary>
/// Adds to the surroundings what one subject knows. Register an implementation as a service for each subject; it looks
/// at the plan and adds nothing when the plan does not ask for its subject.
/// </summary>
internal interface IQueryEnvironmentSource
{
    /// <summary>Adds what this node knows to a fragment's surroundings. Called on a worker, must not wait.</summary>
    QueryEnvironment AddToFragment(QueryEnvironment environment, Plan fragment);

    /// <summary>Adds what the cluster knows to a merge part's surroundings; may ask other grains.</summary>
    ValueTask<QueryEnvironment> AddToMergeAsync(
        QueryEnvironment environment, Plan merge, CancellationToken cancellationToken);
}
