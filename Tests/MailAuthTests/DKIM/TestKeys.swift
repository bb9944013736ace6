/// Keys of kinds that are not made here; nobody uses them.
enum TestKeys {
    /// `openssl genrsa -traditional 1024`
    static let rsa1024PKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXQIBAAKBgQDA6gNtDpw6Nj2ctlH2lNc1YdLbUXRZYcN/R7VEvaCgg64KruiV
        8CBI/JBYs9Z9TsC93rFah4VCiM91SHYOjBzJWGbxVpJD+ZerarWTEa9cYiE8yBSe
        ZKWlc0iz7ozNjZ6uUL/HVCsvlIr9hQMoFIXjUgij8xNmWXIsB6WLPuXIQQIDAQAB
        AoGAOPYgEtiIiquvX5F5/BwQu4Np9jZD64xxZCixPl3bium2vxLMPFGNxt9EY9ye
        DZvuT2Hs7jUrxOyOjSvbKAp5CPtfNkq42QvWLvwa1gga+JDOTWjmrVxcmKW1TpCx
        S+uvYQuQCjtdWiSAGw5D+gunNn+ry+9SSaHYq+BoupUDIZ0CQQDh5aiwh0OnjB2e
        A2wasQOOTXJqLsfy/p7fKFvfedZMoFYX7mv9931E5SrZKJSfbcQBDFlFnfEaeobG
        Fd/mz5oXAkEA2p8o87ybh9vdW1LBBUtb6a8QKW3lv+5D6zciagOZOGdcv0QVexBy
        bcfhiT7c9tf8FpnKp/qchZ75J7rIn7ofZwJBAMGEa6mmhveumeS2y9Jl2ET85co+
        /z2UkOddfK8KgeIs7PQdZNgxP1hY9gcIs6GMd//p40Q3VMe5NWHWdXQWXssCQQDT
        w2GOnn3k3mKPCByxvSo9s/YquynVfLzLRS+PkwbCbNSY7CEGgIrmrbtYDs1ISTQE
        zFlR1t3wTGm5QyL8HPQ3AkBpOc4Vphj3KXXYiChbwuXERjI+ebBqoBuvLolWIWyN
        nule6Qy8NpkgObYTWB0z+YtlsDg7u/zx3J63nwZphAvJ
        -----END RSA PRIVATE KEY-----

        """

    /// `openssl genrsa -traditional 512`
    static let rsa512PKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIBPAIBAAJBAMPSdvOcIER8OnsJJolthn8KMcbolr1RS0sHIfujO3sRQsnoIwIQ
        ADi5bClfXLW6rq6oktlxOB8oDvx+4z/ugYsCAwEAAQJADjnG7HGmInOH6BJFG2y6
        fZYnAZU6BizWtG+jN12nX4xDylZ9UMxR3zb5CRDzPrleMUGszx2Ad8VHKHNCSq4c
        eQIhAPXg2abg8zcC1t075BRR7fH3C9+pPSQC/M0kgvZ0l4EFAiEAy+Ia7KeqRe27
        1I7Yxb7oRaLq7p2b7mcH4Vc8WwbJvU8CIQDgcNpc0XRR396gXh4pSkxIlfkZtdOg
        vrVi0RRWwkDVvQIhALYDXbwGFqmlCblB6V3oB54bSpbJV6qmik9uvLAayEFbAiEA
        pgo1VEkJ1m6eA9LtfOdvvN2j+2Hd+X71J4X9+EPArn0=
        -----END RSA PRIVATE KEY-----

        """

    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`
    static let ecPKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgicYr+UxEajZyTU3c
        ScL0aRWVIQKksusA6FGK5UhWODKhRANCAAShgoMYQlNDZOB4SNNNK1LB+vPlLg+l
        EHWwQMOCSoiob/wQ8NWvIzSf8C+/PtjB4ttHHvdP5hsghGVdlZFrRSOT
        -----END PRIVATE KEY-----

        """
}
