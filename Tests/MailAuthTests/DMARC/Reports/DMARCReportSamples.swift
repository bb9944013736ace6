/// Reports as receivers write them, and as attackers do.
enum DMARCReportSamples {
    /// RFC 7489, appendix C.
    static let old = """
        <?xml version="1.0" encoding="UTF-8" ?>
        <!-- made by a program -->
        <feedback>
          <report_metadata>
            <org_name>Gro&#223;e Mailbox &amp; Co</org_name>
            <email>noreply-dmarc@gross.example</email>
            <extra_contact_info>https://gross.example/a?b=1&amp;c=2</extra_contact_info>
            <report_id>9391651994964116463</report_id>
            <date_range><begin>1795564800</begin><end>1795651199</end></date_range>
          </report_metadata>
          <policy_published>
            <domain>kunde.example</domain><adkim>r</adkim><aspf>r</aspf><p>quarantine</p><sp>none</sp><pct>100</pct>
          </policy_published>
          <record>
            <row>
              <source_ip>192.0.2.10</source_ip><count>8</count>
              <policy_evaluated>
                <disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>
                <reason><type>local_policy</type><comment>weitergeleitet</comment></reason>
              </policy_evaluated>
            </row>
            <identifiers><header_from>kunde.example</header_from></identifiers>
            <auth_results>
              <dkim><domain>kunde.example</domain><result>pass</result><selector>dp-2026a</selector></dkim>
              <dkim><domain>liste.example</domain><result>fail</result></dkim>
              <spf><domain>bounce.depesche.example</domain><result>pass</result></spf>
            </auth_results>
          </record>
          <record>
            <row>
              <source_ip>2001:db8::25</source_ip><count>1</count>
              <policy_evaluated><disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated>
            </row>
            <identifiers><header_from>kunde.example</header_from></identifiers>
            <auth_results><spf><domain>fremd.example</domain><result>none</result></spf></auth_results>
          </record>
        </feedback>
        """

    /// RFC 9990, appendix B.
    static let new = """
        <?xml version="1.0" encoding="UTF-8"?>
        <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
          <version>1.0</version>
          <report_metadata>
            <org_name>Sample Reporter</org_name>
            <email>report_sender@example-reporter.com</email>
            <extra_contact_info>...</extra_contact_info>
            <report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
            <date_range><begin>1302832000</begin><end>1302918399</end></date_range>
            <generator>Example DMARC Aggregate Reporter v1.2</generator>
          </report_metadata>
          <policy_published>
            <domain>example.com</domain><p>quarantine</p><sp>none</sp><np>none</np><testing>n</testing>
            <discovery_method>treewalk</discovery_method>
          </policy_published>
          <record>
            <row>
              <source_ip>192.0.2.123</source_ip><count>123</count>
              <policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>
            </row>
            <identifiers><envelope_from>example.com</envelope_from><header_from>example.com</header_from></identifiers>
            <auth_results>
              <dkim><domain>example.com</domain><selector>abc123</selector><result>pass</result></dkim>
              <spf><domain>example.com</domain><scope>mfrom</scope><result>fail</result></spf>
            </auth_results>
          </record>
          <extension/>
        </feedback>
        """

    static let billionLaughs = """
        <?xml version="1.0"?>
        <!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
        <feedback><report_metadata><org_name>&lol2;</org_name></report_metadata></feedback>
        """

    static let foreignFile = """
        <!DOCTYPE feedback [<!ENTITY x SYSTEM "file:///etc/passwd">]>
        <feedback><report_metadata><org_name>&x;</org_name></report_metadata></feedback>
        """
}
